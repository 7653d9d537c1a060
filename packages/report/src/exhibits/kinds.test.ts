import { expect, test } from "vitest";
import { column } from "../testing/exhibits.ts";
import { results } from "../testing/results.ts";
import { circuitKinds } from "./circuit-kinds.ts";
import { kinds } from "./kinds.ts";

test("accuracy by kind is the mean over runs before training and at the last checkpoint, next to the kind's baselines", () => {
  const exhibit = kinds(results)!;
  const rows = exhibit.rows.map(([kind, , , , , plan]) => `${kind} ${plan}`);
  expect(rows).toEqual([
    ...["all lora-r8", "all circuit-lora"],
    ...["less lora-r8", "less circuit-lora", "more lora-r8", "more circuit-lora"],
  ]);
  expect(column(exhibit, "examples").values).toEqual([10, 10, 6, 6, 4, 4]);
  expect(column(exhibit, "majorityAnswer").values).toEqual([0.05, 0.05, 0.5, 0.5, 0.25, 0.25]);
  expect(column(exhibit, "nearestPrompt").values).toEqual([0.15, 0.15, 0.25, 0.25, 0, 0]);
  expect(column(exhibit, "runs").values).toEqual([3, 3, 3, 0, 3, 0]);
  const accuracies = (name: string) =>
    column(exhibit, name).values.map((value) => (value === null ? null : Number(Number(value).toFixed(6))));
  expect(accuracies("accuracyBefore")).toEqual([0.1, 0.1, 0.1, null, null, null]);
  expect(accuracies("accuracyAfter")).toEqual([0.72, 0.82, 0.9, null, 0.42, null]);
  expect(accuracies("lossAfter")).toEqual([1, 1, 0.1, null, 0.58, null]);
});

test("examples of another split do not count", () => {
  const others = results.kinds.map((row) => ({ ...row, split: "validation" as const, accuracy: 0 }));
  const exhibit = kinds({ ...results, kinds: [...results.kinds, ...others] })!;
  expect(exhibit.rows).toEqual(kinds(results)!.rows);
});

test("a dataset of a single kind has only rows for all examples", () => {
  const [one] = results.baselinesByKind;
  const exhibit = kinds({ ...results, baselinesByKind: new Map([one!]) })!;
  expect(column(exhibit, "kind").values).toEqual(["all", "all"]);
  expect(kinds({ ...results, metrics: [] })).toBeUndefined();
});

test("circuits are shown by kind at the first and the last checkpoint, those of the main size", () => {
  const other = results.circuitsByKind.map((row) => ({ ...row, fraction: 0.1 }));
  const exhibit = circuitKinds({ ...results, circuitsByKind: [...results.circuitsByKind, ...other] })!;
  expect(column(exhibit, "step").values).toEqual([0, 2]);
  expect(column(exhibit, "faithfulness").values).toEqual([null, 0.8]);
  expect(circuitKinds({ ...results, circuitsByKind: [] })).toBeUndefined();
});
