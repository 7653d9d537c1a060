import { expect, test } from "vitest";
import { createProvenance } from "../manifest/provenance.ts";
import { evaluationSchema } from "../schemas/evaluation.ts";
import type { LearningRateRow } from "../schemas/learning-rates.ts";
import { learningRatesSchema } from "../schemas/learning-rates.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readRuns, type TrainStage } from "./read-runs.ts";
import { writeTable } from "./write-table.ts";

type Run = Pick<LearningRateRow, "plan" | "draw" | "seed">;

const run = (plan: string, draw = 0, seed = 1): Run => ({ plan, draw, seed });

/** A folder with the table of some runs of a train stage. */
async function table(stage: string | null, runs: readonly Run[], experiment = "add"): Promise<string> {
  const folder = temporaryFolder();
  const rows = runs.map((key) => ({
    ...key,
    adapter: "lora, rank 8",
    learningRate: 0.1,
    validationAccuracy: 1,
    validationLoss: 0,
    chosen: true,
  }));
  const train: TrainStage | null = stage === null ? null : { experiment, stage };
  await writeTable(folder, learningRatesSchema, rows, createProvenance({ runs: train }));
  return folder;
}

const read = (...folders: string[]) => readRuns(folders, learningRatesSchema);

test("rows get the experiment and the train stage of their runs, in the order of the files", async () => {
  const rows = read(await table("train", [run("b"), run("b", 0, 2)]), await table("other", [run("a", 1)]));
  expect(rows.map(({ experiment, stage, plan, seed }) => [experiment, stage, plan, seed])).toEqual([
    ["add", "train", "b", 1],
    ["add", "train", "b", 2],
    ["add", "other", "a", 1],
  ]);
});

test("the same run from two files is refused, and draws of a plan are different runs", async () => {
  const folders = [await table("train", [run("a"), run("a", 0, 2)]), await table("train", [run("a", 0, 2)])];
  expect(() => read(...folders)).toThrow(
    /two files have the same run\n.*\n.*a, seed 2, of stage train; also in/,
  );
  const draws = [await table("train", [run("a", 1)]), await table("train", [run("a", 2)])];
  expect(read(...draws)).toHaveLength(2);
});

test("runs of one plan of two train stages are refused: they would count as seeds", async () => {
  const folders = [await table("first", [run("a")]), await table("second", [run("a", 0, 2)])];
  expect(() => read(...folders)).toThrow(/count as seeds of one\n.*\n.*plan a, in first and second/);
});

test("runs of one plan in two experiments are different runs", async () => {
  const tables = [
    await table("train", [run("a")], "add"),
    await table("train", [run("a")], "mul"),
    await table("other", [run("a")], "lcm"),
  ];
  expect(read(...tables).map(({ experiment }) => experiment)).toEqual(["add", "mul", "lcm"]);
});

test("a table that does not say whose runs it is about is refused", async () => {
  const folder = await table(null, [run("a")]);
  expect(() => read(folder)).toThrow("does not say which train stage");
});

test("circuits of one run may be in two files if different rules made them", async () => {
  const circuit = { plan: "a", draw: 0, seed: 1, step: 0, sample: "all", size: 0.05, index: 0 };
  const judged = { modelPlan: "a", modelDraw: 0, modelSeed: 1, modelStep: 0, metric: "kl", kind: null };
  const scores = { examples: 1, modelMetric: 1, circuitMetric: 1, faithfulness: 1 };
  const accuracies = { modelAccuracy: 1, circuitAccuracy: 1 };
  const evaluated = async (rule: string) => {
    const folder = temporaryFolder();
    const row = { ...circuit, rule, ablation: "patching" as const, ...judged, ...scores, ...accuracies };
    const runs = { experiment: "add", stage: "train" };
    await writeTable(folder, evaluationSchema, [row], createProvenance({ runs }));
    return folder;
  };
  const [top, union, again] = [await evaluated("top"), await evaluated("union"), await evaluated("top")];
  expect(readRuns([top, union], evaluationSchema).map(({ rule }) => rule)).toEqual(["top", "union"]);
  expect(() => readRuns([top, again], evaluationSchema)).toThrow("two files have the same run");
});
