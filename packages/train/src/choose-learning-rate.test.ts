import { createProvenance, type LearningRateRow, learningRatesSchema, writeTable } from "@ft/artifacts";
import { readPlans } from "@ft/model";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import {
  byAdapter,
  chooseLearningRate,
  describeChoice,
  readRates,
  selectingRuns,
  selectionSeeds,
} from "./choose-learning-rate.ts";
import { DivergedError } from "./fine-tune.ts";
import { startLog } from "./run-log.ts";
import { tinyContext, tinyModel, tinyPlan } from "./testing/tiny.ts";

const adapter = { kind: "lora", modules: [] };
const runs = [1, 2].map((seed) => ({ plan: "lora", draw: 0, seed, adapter }));

/** Validation losses by rate, one per seed; a rate without one diverges. */
const choose = (rates: number[], losses: Record<number, (number | undefined)[]>) =>
  chooseLearningRate("lora, rank 2", runs, rates, async (run, rate) => {
    const loss = losses[rate]?.[run.seed - 1];
    if (loss === undefined) throw new DivergedError("the loss is NaN");
    // The better a rate's loss, the worse its accuracy: only losses count.
    return { log: { ...startLog(run), scores: { validation: { accuracy: loss / 10, loss } } } };
  });

test("the lowest mean loss over the seeds wins, then the smallest rate", async () => {
  expect((await choose([1, 2, 3], { 1: [1, 9], 2: [4, 4], 3: [9, 2] })).chosen).toBe(2);
  expect((await choose([3, 1, 2], { 1: [4, 5], 2: [6, 3], 3: [5, 4] })).chosen).toBe(1);
});

test("rows are of every run with every rate, in this order, and mark the chosen rate in each run", async () => {
  const { rows } = await choose([3, 1], { 1: [2, 2], 3: [1, 1] });
  expect(
    rows.map((row) => [row.seed, row.adapter, row.learningRate, row.validationLoss, row.chosen]),
  ).toEqual([
    [1, "lora, rank 2", 3, 1, true],
    [1, "lora, rank 2", 1, 2, false],
    [2, "lora, rank 2", 3, 1, true],
    [2, "lora, rank 2", 1, 2, false],
  ]);
});

test("a rate that diverges with one seed loses and is recorded with an infinite loss", async () => {
  const { chosen, rows } = await choose([1, 9], { 1: [5, 5], 9: [0.1, undefined] });
  expect(chosen).toBe(1);
  expect(rows[3]).toMatchObject({ validationAccuracy: 0, validationLoss: Infinity, chosen: false });
  await expect(choose([8, 9], {})).rejects.toThrow(/lora, rank 2 diverged with every learning rate/);
});

test("a rate at an edge of those tried is noted", async () => {
  const losses = (best: number) =>
    Object.fromEntries([1, 2, 3].map((rate) => [rate, [Math.abs(rate - best), 0]]));
  const noted = async (best: number) => describeChoice("lora", await choose([1, 2, 3], losses(best)));
  expect(await noted(2)).toBe("lora: chose learning rate 2");
  expect(await noted(1)).toContain("1, the lowest tried: there may be a better one beyond it");
  expect(await noted(3)).toContain("3, the highest tried");
});

test("choosing needs a validation split", async () => {
  const train = async () => ({ log: startLog(runs[0]!) });
  await expect(chooseLearningRate("lora", runs, [1, 2], train)).rejects.toThrow(/no validation split/);
});

test("rates are compared with two seeds unless others are named", () => {
  expect(selectionSeeds({ seeds: [5, 7, 9] })).toEqual([5, 7]);
  expect(selectionSeeds({ seeds: [5] })).toEqual([5, 6]);
  expect(selectionSeeds({ seeds: [5, 7], selectionSeeds: [1] })).toEqual([1]);
});

test("plans of one kind and ranks share a choice, made by the first run that has each seed", async () => {
  const rows = [
    ...tinyPlan("drawn", 2, 1, 1),
    ...tinyPlan("drawn", 2, 2, 2),
    ...tinyPlan("other", 4),
    ...tinyPlan("same", 2),
  ];
  const { inputs } = await tinyContext(temporaryFolder(), {}, rows);
  const plans = readPlans(inputs.plan!, tinyModel().config);
  const planned = plans.flatMap(({ name, draw, adapter: of }) =>
    [1, 2].flatMap((seed) => {
      const own = of(seed);
      return own ? [{ plan: name, draw, seed, adapter: own }] : [];
    }),
  );
  const names = [...byAdapter(planned)].map(([name, own]) => [name, own.map(({ plan }) => plan)]);
  expect(names).toEqual([
    ["lora, rank 2, alpha 4", ["drawn", "drawn", "same", "same"]],
    ["lora, rank 4, alpha 8", ["other", "other"]],
  ]);
  const selecting = (name: string, seeds: number[]) =>
    selectingRuns(name, plans, seeds).map(({ plan, draw, seed }) => `${plan} ${draw} ${seed}`);
  expect(selecting("lora, rank 2, alpha 4", [1, 2, 3])).toEqual(["drawn 1 1", "drawn 2 2", "same 0 3"]);
  const drawn = plans.filter(({ name }) => name === "drawn");
  expect(selectingRuns("lora, rank 2, alpha 4", drawn, [2, 3])).toHaveLength(1);
  expect(() => selectingRuns("lora, rank 2, alpha 4", drawn, [3, 4])).toThrow(/selectionSeeds[\s\S]*3, ?4/);
});

test("rates chosen by other stages are found by kind and ranks", async () => {
  const row: LearningRateRow = {
    ...{ plan: "a", draw: 0, seed: 1, adapter: "lora, rank 2", learningRate: 0.1 },
    ...{ validationAccuracy: 0.5, validationLoss: 1, chosen: false },
  };
  const table = async (...rows: Partial<LearningRateRow>[]) => {
    const folder = temporaryFolder();
    await writeTable(
      folder,
      learningRatesSchema,
      rows.map((changes) => ({ ...row, ...changes })),
      createProvenance(),
    );
    return folder;
  };
  const one = await table({}, { learningRate: 0.2, chosen: true });
  const other = await table({ adapter: "full", learningRate: 0.3, chosen: true });
  const rateOf = readRates([one, other]);
  expect([rateOf("lora, rank 2"), rateOf("full")]).toEqual([0.2, 0.3]);
  expect(() => rateOf("lora, rank 4")).toThrow(
    /no learning rate was chosen for lora, rank 4[\s\S]*lora, rank 2; full/,
  );
  const against = await table({ chosen: true });
  expect(() => readRates([one, against])).toThrow(/two stages chose different[\s\S]*0\.2 and 0\.1/);
});
