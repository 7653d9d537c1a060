import type { EvaluationRow } from "@ft/artifacts";
import { csvFormatRows, csvParse } from "d3-dsv";
import { expect, test } from "vitest";
import { comparison } from "../../testing/comparisons.ts";
import { accuracies, withPlan, withRank } from "../../testing/findings.ts";
import { finished } from "../../testing/finished.ts";
import { withAdapter, withPatching } from "../../testing/further.ts";
import { results } from "../../testing/results.ts";
import { judgeClaims } from "../judge-tasks.ts";
import type { FinishedExperiment } from "../read-experiments.ts";
import { accuracyFigure } from "./accuracy.ts";
import { adaptersFigure } from "./adapters.ts";
import { changeFigure } from "./change.ts";
import { faithfulnessFigure } from "./faithfulness.ts";
import { gainFigure } from "./gain.ts";
import { paperExhibitMakers } from "./index.ts";
import { type PaperExhibit, pointTable } from "./paper-exhibit.ts";
import { robustnessFigure } from "./robustness.ts";

const perturbed = comparison("perturbed", [0.1, 0.4], { otherSample: "perturbed 40" });
const full = finished("add-sub-300", { comparisons: [perturbed] });
const bare = finished("lcm", { circuits: [], changes: [], layers: [] });

function make(experiments: readonly FinishedExperiment[]): (id: string) => PaperExhibit {
  const findings = judgeClaims(experiments);
  const made = paperExhibitMakers.map((maker) => maker(experiments, findings));
  return (id) => made.find((exhibit) => exhibit?.id === id)!;
}

/** The row of a layout that begins with some cells, by the columns' labels. */
function row({ layout }: PaperExhibit, ...begins: string[]): Record<string, unknown> {
  const found = layout.rows.find((cells) => begins.every((cell, i) => cells[i] === cell))!;
  return Object.fromEntries(layout.columns.map(({ name }, i) => [name, found[i]]));
}

const text = (value: unknown) => String(value).replaceAll("\u00a0", " ");
const exhibit = make([full, bare]);

test("the main table has methods in rows and tasks in columns, with n, and the paper's figures where they are known", () => {
  const table = exhibit("accuracy");
  const own = row(table, "circuit-lora");
  expect(text(own["add-sub-300"])).toBe("82.0 (79.5 to 84.5), n = 3");
  expect(own.parameters).toBe("16.67%");
  expect(row(table, "CircuitLoRA (16, 64), paper")).toMatchObject({
    ...{ "add-sub-300": "83.1", lcm: "93.0", parameters: "1.4248%" },
  });
});

test("draws of one seed count once", () => {
  const [first] = results.metrics.filter(({ step }) => step === 2);
  const drawn = { ...first!, draw: 1, heldOutAccuracy: 0.01 };
  const table = make([finished("lcm", { metrics: [...results.metrics, drawn] })])("accuracy");
  expect(text(row(table, "lora-r8").lcm)).toMatch(/n = 3$/);
  expect(text(row(table, "lora-r8").lcm)).not.toMatch(/^72\.0/);
});

test("AdaLoRA is compared with CircuitLoRA by seed, next to the paper's", () => {
  const adaptive = withPlan(results, "ada", "uniform", [0.7, 0.71, 0.72], { kind: "adalora" });
  const table = make([finished("sequence", adaptive), bare])("adalora");
  const { AdaLoRA, difference, ...rest } = row(table, "sequence");
  expect(text(AdaLoRA)).toBe("71.0 (68.5 to 73.5), n = 3");
  expect(text(difference)).toBe("+11.00, n = 3");
  expect(rest).toMatchObject({ "AdaLoRA, paper": "90.1", "difference, paper": "+4.5" });
  expect(row(table, "lcm")).toMatchObject({ AdaLoRA: "not run", difference: "not run" });
  expect(row(table, "function")).toMatchObject({ CircuitLoRA: "not run", "CircuitLoRA, paper": "99.5" });
});

test("what an experiment did not measure is not run, never a number", () => {
  for (const id of ["faithfulness", "change", "robustness"]) {
    const { task: _, ...cells } = row(exhibit(id), "lcm");
    expect(new Set(Object.values(cells))).toEqual(new Set(["not run"]));
  }
  expect(row(exhibit("rank"), "lcm")).toMatchObject({ "r = 8": expect.stringMatching(/n/), full: "not run" });
  expect(row(exhibit("union"), "composition, union")["5%"]).toBe("not run");
  expect(row(exhibit("critical-layers"), "lcm")).toMatchObject({
    ...{ critical: "not run", "largest change, paper": "0, 3, 4, 11, 13" },
  });
});

test("faithfulness is next to what circuit and model answer, its range, overshoot and the best random circuit", () => {
  const overshooting = results.circuits.map((row) =>
    row.step === 2 && row.kind === "found" ? { ...row, faithfulness: 80, circuitMetric: 1.2 } : row,
  );
  const table = make([finished("lcm", { circuits: overshooting })])("faithfulness");
  const { plan, ...cells } = row(table, "lcm");
  expect(Object.values(cells).map(text)).toEqual([
    ...["lcm", "2", "90.0, n = 1", "80.0, n = 1", "80.0 to 90.0"],
    ...["80.0, n = 1", "90.0, n = 1", "1 of 2", "10.0"],
  ]);
});

test("change is from checkpoint to checkpoint and from the first to the last, with the paper's measured row", () => {
  const own = row(exhibit("change"), "add-sub-300");
  expect(text(own.nodes)).toBe("33.3, n = 1");
  expect(own).toMatchObject({ ratio: "3.0", "ratio, first to last": "3.0", "floor of seeds": "not run" });
  expect(row(exhibit("change"), "composition, paper")).toMatchObject({ "edges, first to last": "80.2" });
});

test("critical layers are those of most runs, the largest sums first", () => {
  const other = results.layers.map((row) => ({
    ...row,
    seed: 2,
    edgeChange: 9 * row.layer,
    critical: row.layer === 1,
  }));
  const table = make([finished("add-sub-100", { layers: [...results.layers, ...other] })])("critical-layers");
  expect(row(table, "add-sub-100")).toMatchObject({
    ...{ "largest change": "1, 0", critical: "1 (1 of 2), 0 (1 of 2)", runs: "2" },
    "largest change, paper": "0, 4, 6, 5, 2",
  });
});

test("the union is that of the task's last checkpoint, next to the paper's curve", () => {
  const evaluated = (step: number, faithfulness: number): EvaluationRow => ({
    ...{ plan: "probe", draw: 0, seed: 1, step, sample: "all", rule: "union", size: 0.05, index: 0 },
    ...{ modelPlan: "probe", modelDraw: 0, modelSeed: 1, modelStep: step, ablation: "patching" },
    ...{ metric: "kl", kind: null, examples: 5, modelMetric: 1, circuitMetric: 1, faithfulness },
    ...{ modelAccuracy: 1, circuitAccuracy: 1 },
  });
  const composed = { ...finished("composition"), evaluations: [evaluated(0, 10), evaluated(2, 75)] };
  const table = make([composed])("union");
  expect(text(row(table, "composition, union")["5%"])).toBe("75.0, n = 1");
  expect(row(table, "composition, union, paper")).toMatchObject({ "1%": "67.4", "10%": "89.7" });
});

test("the gain by task has an interval per task and one over tasks", () => {
  const two = [full, finished("lcm", { metrics: accuracies("lora-r8", [0.7, 0.72, 0.71]) })];
  const table = make(two)("gain");
  const own = row(table, "circuit-lora minus lora-r8");
  expect(text(own["add-sub-300"])).toBe("+10.00, n = 3");
  expect(text(own.pooled)).toMatch(/^\+10\.50 \(.* to .*\), 2 tasks$/);
});

test("rank shows each rank's accuracy and whether it limits it", () => {
  const ranked = withRank(withRank(results, 2, [0.6, 0.61, 0.62]), 32, [0.8, 0.81, 0.82]);
  const table = make([finished("lcm", ranked)])("rank");
  expect(row(table, "lcm")).toMatchObject({ "r = 1": "not run", "rank limits accuracy": "shown" });
  expect(text(row(table, "lcm")["r = 32"])).toMatch(/^81\.0/);
});

test("kinds of example stand next to answers without a model", () => {
  expect(row(exhibit("kinds"), "lcm", "less")).toMatchObject({
    ...{ examples: "6", "most common answer": "50.0", "nearest prompt": "25.0" },
  });
  expect(text(row(exhibit("kinds"), "lcm", "more")["lora-r8"])).toMatch(/^42\.0/);
});

/** The rows of a CSV, with numbers and nothing for nothing, as any program reads them. */
function readBack({ points }: PaperExhibit): never[] {
  const { columns, rows } = pointTable(points)!;
  const csv = csvFormatRows([
    columns.map(({ name }) => name),
    ...rows.map((row) => row.map((cell) => String(cell ?? ""))),
  ]);
  const parse = (value: string) =>
    value === "" ? null : Number.isNaN(Number(value)) ? value : Number(value);
  return csvParse(csv).map((row) =>
    Object.fromEntries(Object.entries(row).map(([k, v]) => [k, parse(v!)])),
  ) as never[];
}

test.each([
  ["accuracy", accuracyFigure],
  ["faithfulness", faithfulnessFigure],
  ["change", changeFigure],
  ["robustness", robustnessFigure],
  ["gain", gainFigure],
])("figure %s can be redrawn from its CSV", (id, draw) => {
  expect(exhibit(id).figure).toContain("Helvetica");
  expect(draw(readBack(exhibit(id)))).toBe(exhibit(id).figure);
});

test("circuits of several plans have a row per task and plan, the base model's once", () => {
  const table = make([finished("lcm", withAdapter(results, "full")), bare])("adapters");
  expect(table.layout.rows.map(([task, plan]) => [task, plan])).toEqual([
    ["lcm", "probe"],
    ["lcm", "full"],
  ]);
  const own = row(table, "lcm", "full");
  expect(text(own["faithfulness before"])).toBe("90.0, n = 1");
  expect(text(own["edges, first to last"])).toBe("150.0, n = 2");
  expect(adaptersFigure(readBack(table))).toBe(table.figure);
});

test("attribution against exact patching has a row before and after training, the base model once", () => {
  const table = make([finished("lcm", withPatching(results)), bare])("patching");
  const before = row(table, "lcm", "before");
  expect(text(before["rank correlation"])).toBe("0.50, n = 1");
  expect(text(before["faithfulness, exact"])).toBe("95.0, n = 1");
  const after = row(table, "lcm", "after 2 updates");
  expect(text(after["rank correlation"])).toBe("0.70 (-0.57 to 1.97), n = 2");
  expect(text(after["strongest 5%"])).toBe("55.0, n = 2");
});

test("experiments that extend another have its circuits, which are shown once", () => {
  const tables = new Map([["lcm/circuits/changes.arrow", "0123"]]);
  const names = (id: string) =>
    make([{ ...finished("lcm"), tables }, { ...finished("lcm-scaled"), tables }, finished("sequence")])(
      id,
    ).layout.rows.map(([task]) => task);
  expect(names("faithfulness")).toEqual(["lcm", "sequence"]);
});

test("a choice of learning rates is shown once, with the next best, and whether it is at an edge", () => {
  const tried = (learningRate: number, seed: number, validationLoss: number) => ({
    ...{ ...results.learningRates[0]!, learningRate, seed, validationLoss },
    chosen: learningRate === 0.002,
  });
  const learningRates = [tried(0.001, 1, 3), tried(0.001, 2, 4), tried(0.002, 1, 1), tried(0.002, 2, 2)];
  const table = make([finished("lcm", { learningRates }), finished("sequence", { learningRates })])("rates");
  expect(table.layout.rows).toEqual([
    [
      ...["lora, rank 8, alpha 16", "0.002", "0.001, 0.002", "2", "1.500", "3.500 (0.001)", "the highest"],
      "2 experiments",
    ],
  ]);
  expect(table.points).toHaveLength(4);
  const [given] = make([bare])("rates").layout.rows;
  expect(given).toMatchObject(["lora, rank 8, alpha 16", "0.001", "given", "1", "1.000", "", "no", "lcm"]);
});
