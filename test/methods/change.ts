/** How circuits change and agree, as set operations on the tables of circuits. */
import {
  type CircuitRow,
  changesSchema,
  circuitsSchema,
  comparisonKinds,
  comparisonsSchema,
} from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { collapsed, compareSets, nodesOf } from "./circuit.ts";
import { tableOf } from "./results.ts";

/** A circuit with q, k and v of a head as one edge. */
interface Sets {
  nodes: Set<string>;
  edges: Set<string>;
}

const mainRows = () =>
  tableOf("circuits", circuitsSchema).filter(({ rule }) => rule === "top") as CircuitRow[];
const setsOf = (row: CircuitRow): Sets => ({
  nodes: nodesOf(row.edges),
  edges: new Set(collapsed(row).keys()),
});
const circuitAt = (seed: number, step: number, sample: string): Sets =>
  setsOf(mainRows().find((row) => row.seed === seed && row.step === step && row.sample === sample)!);
const comparisons = () => tableOf("circuits", comparisonsSchema);

test("changes from checkpoint to checkpoint, and from the first, are Jaccard indices and shares of the first circuit", () => {
  const rows = tableOf("circuits", changesSchema);
  const samples = new Set(mainRows().map(({ sample }) => sample)).size;
  // Two runs, three checkpoints: two changes from the first and two from the previous.
  expect(rows).toHaveLength(2 * samples * 4);
  for (const row of rows) {
    const [from, to] = [row.fromStep, row.toStep].map((step) => circuitAt(row.seed, step, row.sample)) as [
      Sets,
      Sets,
    ];
    const first = circuitAt(row.seed, 0, row.sample);
    for (const what of ["node", "edge"] as const) {
      const { jaccard, changed } = compareSets(from[`${what}s`], to[`${what}s`]);
      expect(row[`${what}Jaccard`]).toBeCloseTo(jaccard, 12);
      expect(row[`${what}ChangeRate`]).toBeCloseTo(changed / first[`${what}s`].size, 12);
      expect(row[`${what}sAdded`] + row[`${what}sRemoved`]).toBe(changed);
    }
    const added = new Set([...to.nodes].filter((node) => !from.nodes.has(node)));
    const atAdded = [...to.edges].filter(
      (edge) => !from.edges.has(edge) && edge.split("->").some((node) => added.has(node)),
    );
    expect(row.edgesAddedAtChangedNodes).toBe(atAdded.length);
  }
});

test("every kind of comparison is in the table", () => {
  expect([...new Set(comparisons().map(({ kind }) => kind))].sort()).toEqual([...comparisonKinds].sort());
});

test("pairs of circuits agree as much as their sets do", () => {
  for (const row of comparisons().filter(({ strength }) => strength === null)) {
    const [one, other] = [
      circuitAt(row.seed, row.step, row.sample),
      circuitAt(row.otherSeed, row.otherStep, row.otherSample),
    ];
    const first = circuitAt(row.seed, 0, "all");
    for (const what of ["node", "edge"] as const) {
      const { jaccard, changed } = compareSets(one[`${what}s`], other[`${what}s`]);
      expect(row[`${what}Jaccard`]).toBeCloseTo(jaccard, 12);
      expect(row[`${what}ChangeRate`]).toBeCloseTo(changed / first[`${what}s`].size, 12);
    }
  }
});

test("each sample is compared with its counterpart at every checkpoint, seeds and ends once", () => {
  const count = (kind: string) => comparisons().filter((row) => row.kind === kind).length;
  // Two runs of three checkpoints; three pairs of three splits; two resamples and two perturbations.
  const ends = { "fine-tuning": 2, transition: 4, seeds: 2 };
  const counts = { ...ends, halves: 6, splits: 18, bootstrap: 12, perturbed: 12 };
  for (const [kind, wanted] of Object.entries(counts)) expect(count(kind), kind).toBe(wanted);
});

describe.each(["jitter", "churn"])("chance by %s", (kind) => {
  test("changes about as many edges of the first circuit as the run did", () => {
    for (const seed of [1, 2]) {
      const rows = comparisons().filter((row) => row.kind === kind && row.seed === seed);
      expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      const first = circuitAt(seed, 0, "all");
      const changed = compareSets(first.edges, circuitAt(seed, rows[0]!.otherStep, "all").edges).changed;
      const rates = rows.map((row) => row.edgeChangeRate);
      const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
      const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (rates.length - 1);
      // The strength was found by the mean over ten other draws; three standard errors of the difference.
      const error = 3 * Math.sqrt(variance * (1 / rates.length + 1 / 10));
      expect(rows.every(({ edges }) => edges === first.edges.size)).toBe(true);
      expect(Math.abs(mean - changed / first.edges.size)).toBeLessThan(error);
      expect(new Set(rates).size).toBeGreaterThan(1);
      // |A xor B| = |A| + |B| - 2 |A and B|, and J is |A and B| / |A or B|.
      for (const { edges, otherEdges, edgeJaccard, edgeChangeRate } of rows)
        expect(edgeChangeRate).toBeCloseTo(
          ((edges + otherEdges) * (1 - edgeJaccard)) / (1 + edgeJaccard) / first.edges.size,
          10,
        );
    }
  });
});
