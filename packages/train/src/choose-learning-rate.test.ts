import { expect, test } from "vitest";
import { chooseLearningRate } from "./choose-learning-rate.ts";
import { DivergedError } from "./fine-tune.ts";
import { startLog } from "./run-log.ts";

const run = { plan: "lora", draw: 0, seed: 1 };

/** Finished runs with the given validation scores by rate; a rate without one diverges. */
function training(scores: Record<number, [accuracy: number, loss: number]>) {
  return async (learningRate: number) => {
    const score = scores[learningRate];
    if (!score) throw new DivergedError("the loss is NaN");
    const [accuracy, loss] = score;
    return { log: { ...startLog(run), scores: { validation: { accuracy, loss } } } };
  };
}

const choose = (rates: number[], scores: Record<number, [number, number]>) =>
  chooseLearningRate(run, rates, training(scores));

test("the highest accuracy wins, then the lowest loss, then the smallest rate", async () => {
  expect((await choose([1, 2, 3], { 1: [0.5, 1], 2: [0.9, 2], 3: [0.8, 0.1] })).chosen).toBe(2);
  expect((await choose([1, 2, 3], { 1: [0.9, 1], 2: [0.9, 2], 3: [0.9, 0.1] })).chosen).toBe(3);
  expect((await choose([3, 1, 2], { 1: [0.9, 1], 2: [0.9, 1], 3: [0.9, 1] })).chosen).toBe(1);
});

test("rows keep the order of the rates and mark exactly one", async () => {
  const { rows } = await choose([3, 1, 2], { 1: [0.1, 1], 2: [0.2, 1], 3: [0.3, 1] });
  expect(rows.map(({ learningRate, chosen }) => [learningRate, chosen])).toEqual([
    [3, true],
    [1, false],
    [2, false],
  ]);
});

test("a rate that diverges loses and is recorded with an infinite loss", async () => {
  const { chosen, rows } = await choose([1, 9], { 1: [0, 5] });
  expect(chosen).toBe(1);
  expect(rows[1]).toMatchObject({ validationAccuracy: 0, validationLoss: Infinity, chosen: false });
});

test("no rate left is an error", async () => {
  await expect(choose([8, 9], {})).rejects.toThrow(/diverged with every learning rate/);
});

test("choosing needs a validation split; a single rate does not", async () => {
  const train = async () => ({ log: startLog(run) });
  await expect(chooseLearningRate(run, [1, 2], train)).rejects.toThrow(/no validation split/);
  expect((await chooseLearningRate(run, [2], train)).chosen).toBe(2);
});
