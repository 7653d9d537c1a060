/** Circuits evaluated under every ablation and in every model, against PyTorch. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EvaluationRow, evaluationSchema } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { expectAllClose } from "../../packages/backend/src/testing/all-close.ts";
import { ablations } from "./experiment.ts";
import { tensor, trained } from "./fixtures.ts";
import { resultsOf, tableOf } from "./results.ts";

/** Float32 against float64. */
const FLOAT32 = 1e-4;
/** The same in models trained in float32, of metrics that are small differences of logits, in their own unit. */
const OF_TRAINED = 1e-3;

const rowsOf = (stage: string): EvaluationRow[] =>
  tableOf(stage, evaluationSchema).filter(({ kind }) => kind === null);
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const nameOf: Record<string, "logitDifference" | "kl"> = { "logit-diff": "logitDifference", kl: "kl" };

describe.each(Object.entries(ablations))("under ablation %s, by %s", (ablation, metric) => {
  const name = nameOf[metric]!;

  test("PyTorch's circuits of the base model have its metrics and their faithfulness", () => {
    const rows = rowsOf(`evaluate-${ablation}`).filter(
      ({ rule, step, modelStep }) => rule === "top" && step === 0 && modelStep === 0,
    );
    const file = ablation === "patching" ? "expected" : "ablations";
    const wantedModel = mean(tensor("parity-neox/expected", `model.${name}`));
    for (const [size, circuit] of [
      [0.1, "top10pct"],
      [0.4, "top40pct"],
    ] as const) {
      const [row] = rows.filter((one) => one.size === size);
      const vector = ablation === "patching" ? `${circuit}.${name}` : `${circuit}.${ablation}.${name}`;
      const wanted = mean(tensor(`parity-neox/${file}`, vector));
      expect(row).toMatchObject({ ablation, metric, examples: 16 });
      expectAllClose([row!.modelMetric, row!.circuitMetric], [wantedModel, wanted], { relative: FLOAT32 });
      const { modelMetric, circuitMetric, faithfulness } = row!;
      expect(faithfulness).toBeCloseTo(100 * (1 - Math.abs((modelMetric - circuitMetric) / modelMetric)), 6);
    }
    for (const { circuitMetric, modelMetric } of rows.filter(({ size }) => size === 1))
      expectAllClose([circuitMetric], [modelMetric], { relative: FLOAT32 });
  });
});

test("circuits of one checkpoint have PyTorch's metric in the models of its run's ends and of the other seed", () => {
  const rows = rowsOf("evaluate-patching").filter(({ rule, size }) => rule === "top" && size === 0.4);
  const models = rows.map(({ seed, step, modelSeed, modelStep }) => {
    const model = modelStep === 0 ? "first" : `last ${modelSeed}`;
    return `${step === 0 ? "first" : `last ${seed}`} in ${model}`;
  });
  expect([...new Set(models)].sort()).toEqual(
    Object.keys(trained.inModels)
      .filter((name) => !name.startsWith("random"))
      .sort(),
  );
  rows.forEach(({ circuitMetric }, i) => {
    const wanted = trained.inModels[models[i]!]!.logitDifference;
    expect(Math.abs(circuitMetric - wanted), models[i]).toBeLessThan(OF_TRAINED);
  });
});

test("circuits of random models have PyTorch's metric in the models of every run", () => {
  const rows = rowsOf("evaluate-random").filter(({ rule }) => rule === "top");
  expect(rows).toHaveLength(8);
  for (const { seed, modelSeed, modelStep, circuitMetric } of rows) {
    const model = modelStep === 0 ? "first" : `last ${modelSeed}`;
    const wanted = trained.inModels[`random ${seed} in ${model}`]!.kl;
    expectAllClose([circuitMetric], [wanted], { relative: OF_TRAINED });
  }
});

test("CPR and CMD in the report are the trapezoids under the curve of MIB's sizes", () => {
  const csv = readFileSync(join(resultsOf("report"), "tables/circuit-curve.csv"), "utf8")
    .trimEnd()
    .split("\n");
  const lines = csv.slice(1).map((line) => line.split(","));
  expect(csv[0]).toBe("plan,draw,seed,step,metric,cpr,cmd,average");
  expect(lines).toHaveLength(4);
  for (const [, , seed, step, metric, ...areas] of lines) {
    const own = rowsOf("evaluate-patching").filter(
      (row) =>
        row.rule === "top" &&
        row.seed === Number(seed) &&
        row.step === Number(step) &&
        row.modelSeed === row.seed &&
        row.modelStep === row.step,
    );
    expect(metric).toBe("logit-diff");
    const empty = own.find(({ size }) => size === 0)!;
    const points = own
      .filter(({ size }) => size > 0 && size !== 0.4)
      .map(({ size, circuitMetric }) => ({
        size,
        f: (circuitMetric - empty.circuitMetric) / (empty.modelMetric - empty.circuitMetric),
      }));
    expect(points).toHaveLength(10);
    const area = (of: (f: number) => number) =>
      points
        .slice(1)
        .reduce(
          (sum, { size, f }, i) => sum + ((size - points[i]!.size) * (of(f) + of(points[i]!.f))) / 2,
          0,
        );
    const average = points.reduce((sum, { f }) => sum + f, 0) / points.length;
    const wanted = [area((f) => f), area((f) => Math.abs(1 - f)), average];
    expectAllClose(areas.map(Number), wanted, { relative: 1e-6 });
  }
});
