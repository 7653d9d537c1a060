import { expect, test } from "vitest";
import { allCircuits, circuitRuns, mainCircuits } from "./circuit-runs.ts";
import { withAdapter } from "./testing/further.ts";
import { results } from "./testing/results.ts";

test("a run has its change from first to last, that between checkpoints, and the circuits at both ends", () => {
  const [probe, ...others] = circuitRuns(allCircuits(withAdapter(results, "full")));
  expect(probe).toMatchObject({ plan: "probe", seed: 1, checkpoints: 2, leastFaithfulness: 0.9 });
  expect(others.map(({ plan, seed }) => [plan, seed])).toEqual([
    ["full", 1],
    ["full", 2],
  ]);
  expect(others[1]).toMatchObject({
    ...{ whole: { nodes: 0.5, edges: 1.5 }, consecutive: { nodes: 0.5, edges: 1.5 } },
    first: { step: 0, faithfulness: 0.9 },
    last: { step: 2, faithfulness: 0.7, circuitAccuracy: 0.8, modelAccuracy: 0.9 },
    leastFaithfulness: 0.7,
  });
});

test("only found circuits of the main size count", () => {
  const other = { ...results.circuits[0]!, fraction: 0.5, faithfulness: 1 };
  const all = mainCircuits({ ...results, circuits: [...results.circuits, other] });
  expect(all.map(({ step, faithfulness }) => [step, faithfulness])).toEqual([
    [0, 0.9],
    [2, 0.9],
  ]);
});
