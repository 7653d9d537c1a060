import { mibFractions } from "@ft/graph";
import { expect, test } from "vitest";
import type { EvaluatedCircuit } from "../evaluated-circuits.ts";
import { column } from "../testing/exhibits.ts";
import { results } from "../testing/results.ts";
import { circuitCurve } from "./circuit-curve.ts";

/** Circuits whose logit difference is 2 without edges and 6 for the model, with MIB's example of faithfulness. */
const circuits = [0, ...mibFractions].map((fraction, i): EvaluatedCircuit => {
  const faithfulness = [0, 0, 0, 0, 0, 0, 0, 0.5, 0.8, 1.1, 1][i]!;
  return { ...results.circuits[0]!, fraction, modelMetric: 6, circuitMetric: 2 + 4 * faithfulness };
});

test("CPR and CMD are those of MIB's example", () => {
  const random = circuits.map((row): EvaluatedCircuit => ({ ...row, kind: "random", circuitMetric: 9 }));
  const other = { ...circuits[7]!, fraction: 0.15, circuitMetric: 100 }; // not a fraction of MIB's
  const exhibit = circuitCurve({ ...results, circuits: [...random, ...circuits, other] })!;
  expect(exhibit.rows).toHaveLength(1);
  const value = (name: string) => column(exhibit, name).values[0];
  expect(value("cpr")).toBeCloseTo(0.8875, 12);
  expect(value("cmd")).toBeCloseTo(0.1915, 12);
  expect(value("average")).toBeCloseTo(0.34, 12);
});

test("a checkpoint without all of MIB's fractions, or without the circuit of no edges, has no curve", () => {
  expect(circuitCurve({ ...results, circuits: circuits.slice(1) })).toBeUndefined();
  expect(circuitCurve({ ...results, circuits: circuits.slice(0, -1) })).toBeUndefined();
  expect(circuitCurve(results)).toBeUndefined();
});
