import { expect, test } from "vitest";
import { type ModelChoice, modelsOf, modelsOfFiles } from "./models.ts";

const key = (seed: number, step: number, plan = "lora") => ({ plan, draw: 0, seed, step });
const all = [key(1, 0), key(1, 4), key(1, 9), key(2, 0), key(2, 4), key(3, 0), key(3, 4, "other")];
const random = { plan: "random model", draw: 0, seed: 1, step: 0 };

test.each<[string, ModelChoice[], ReturnType<typeof key>[]]>([
  ["its own checkpoint", ["own"], [key(1, 4)]],
  ["both ends of its run", ["last", "first"], [key(1, 0), key(1, 9)]],
  ["a step, counted once", [4, "own"], [key(1, 4)]],
  ["the same step of the same plan's other seeds", ["other-seeds"], [key(2, 4)]],
])("a circuit is evaluated in %s", (_, choices, models) => {
  expect(modelsOf(key(1, 4), choices, all)).toEqual(models);
  expect(modelsOf(key(1, 0), ["other-seeds"], all)).toEqual([]);
});

test("a control is evaluated in the model of its found circuit alone", () => {
  const control = { ...key(1, 0), rule: "random-nodes" };
  expect(modelsOf(control, ["own", "last", "other-seeds"], all)).toEqual([key(1, 0)]);
  expect(modelsOf(control, ["first"], all)).toEqual([key(1, 0)]);
  expect(modelsOf(control, ["last"], all)).toEqual([]);
});

test("a circuit of a random model, or of a file, is evaluated in the chosen checkpoints of every run", () => {
  for (const models of [modelsOf(random, ["last"], all), modelsOfFiles(["last"], all)])
    expect(models).toEqual([key(1, 9), key(2, 4), key(3, 0), key(3, 4, "other")]);
  expect(modelsOfFiles(["own", "last"], all)).toEqual(all);
});

test("a run, or a step of it, without a checkpoint is refused", () => {
  expect(() => modelsOf(key(7, 0), ["first"], all)).toThrow("a circuit is of a run that has no checkpoint");
  expect(() => modelsOf(key(2, 0), [9], all)).toThrow("has no checkpoint at step 9");
});
