import { expect, test } from "vitest";
import { createGraph } from "../graph.ts";
import { collapsedNamed } from "../testing/edges.ts";
import { agreement, comparedPairs, comparisonRows, type SampleCircuit } from "./compared-pairs.ts";

const graph = createGraph({ layers: 2, heads: 1, parallel: true });
const circuit = (...edges: string[]) =>
  collapsedNamed(graph, Object.fromEntries(edges.map((edge) => [edge, 1])));
const first = circuit("input->m0", "m0->m1", "m1->logits");

/** A circuit of a run; empty unless given. */
const at = (step: number, sample = "all", seed = 1, plan = "lora", own = circuit()): SampleCircuit => ({
  ...{ plan, draw: 0, seed, step, sample },
  circuit: own,
});

const describePairs = (run: SampleCircuit[], others: SampleCircuit[] = []) =>
  comparedPairs(run, others).map(
    ({ kind, one, other }) =>
      `${kind}: ${one.step} ${one.sample}, ${other.step} ${other.sample} of ${other.seed}`,
  );

test("the ends of a run are compared with each other, and each checkpoint with the next if there are more", () => {
  expect(describePairs([at(0), at(3), at(7)])).toEqual([
    "fine-tuning: 0 all, 7 all of 1",
    "transition: 0 all, 3 all of 1",
    "transition: 3 all, 7 all of 1",
  ]);
  expect(describePairs([at(0), at(7)])).toEqual(["fine-tuning: 0 all, 7 all of 1"]);
  expect(describePairs([at(0)])).toEqual([]);
});

test("both halves, every two splits, and resamples and perturbations with all are compared, at the same step", () => {
  const samples = ["all", "half 1", "half 2", "half 3", "half 4", "split 1", "split 2", "split 3"];
  const own = [...samples, "bootstrap 1", "bootstrap 2", "perturbed 10"].map((sample) => at(5, sample));
  expect(describePairs(own)).toEqual([
    "halves: 5 half 1, 5 half 2 of 1",
    "halves: 5 half 3, 5 half 4 of 1",
    "splits: 5 split 1, 5 split 2 of 1",
    "splits: 5 split 1, 5 split 3 of 1",
    "splits: 5 split 2, 5 split 3 of 1",
    "bootstrap: 5 all, 5 bootstrap 1 of 1",
    "bootstrap: 5 all, 5 bootstrap 2 of 1",
    "perturbed: 5 all, 5 perturbed 10 of 1",
  ]);
  expect(describePairs([at(0, "half 1"), at(4, "half 2")])).toEqual([]);
});

test("seeds are compared at the same step of the same plan, but not before training", () => {
  const others = [at(0, "all", 2), at(4, "all", 2), at(9, "all", 3), at(4, "all", 4, "other")];
  expect(describePairs([at(0), at(4)], others)).toEqual([
    "fine-tuning: 0 all, 4 all of 1",
    "seeds: 4 all, 4 all of 2",
  ]);
});

test("rates are shares of the run's first circuit, Jaccards of what either circuit has", () => {
  // Nodes: input m0 logits | input m1 m0; in both: input m0. Edges: in both input->m0 alone.
  const one = circuit("input->m0", "m0->logits");
  const other = circuit("input->m0", "m0->m1", "input->m1");
  expect(agreement(one, other, first)).toEqual({
    ...{ nodes: 3, otherNodes: 3, nodeJaccard: 2 / 4, nodeChangeRate: 2 / 4 },
    ...{ edges: 2, otherEdges: 3, edgeJaccard: 1 / 4, edgeChangeRate: 3 / 3 },
  });
});

test("every pair is a row with the keys of both circuits", () => {
  const changed = circuit("input->m0", "m0->logits");
  const run = [at(0, "all", 2, "lora", first), at(4, "all", 2, "lora", changed)];
  const others = [at(4, "all", 1, "lora", first)];
  const choice = { rule: "top", size: 0.05 };
  const keys = {
    plan: "lora",
    draw: 0,
    seed: 2,
    sample: "all",
    otherSample: "all",
    index: 0,
    strength: null,
  };
  expect(comparisonRows(choice, run, others)).toMatchObject([
    { ...keys, ...choice, kind: "fine-tuning", step: 0, otherSeed: 2, otherStep: 4, edgeChangeRate: 3 / 3 },
    { ...keys, ...choice, kind: "seeds", step: 4, otherSeed: 1, otherStep: 4, edges: 2, otherEdges: 3 },
  ]);
});

test("a run whose first circuit is empty has no rates", () => {
  const run = [at(0), at(4, "all", 1, "lora", first)];
  expect(() => comparisonRows({ rule: "top", size: 0.05 }, run, [])).toThrow(/undefined[\s\S]*step 0/);
});
