import { expect, test } from "vitest";
import { comparison } from "./testing/comparisons.ts";
import { meanTransition, transitionNull, transitionRatio, transitionsOf } from "./transitions.ts";

const run = { plan: "probe", draw: 0, seed: 1 };
const at = (step: number, otherStep = step) => ({ step, otherStep });
const draw = (kind: "jitter" | "churn", steps: [number, number], index: number, change: [number, number]) =>
  comparison(kind, change, { ...at(...steps), index });

/** Two transitions: nodes change .3 and .1, edges .8 and .4; their floors are .1 / .2 and .1 / .3, by halves at either end. */
const changes = [
  comparison("fine-tuning", [0.9, 0.9], at(0, 9)),
  comparison("transition", [0.3, 0.8], at(0, 4)),
  comparison("transition", [0.1, 0.4], at(4, 9)),
  comparison("transition", [0.9, 0.9], { ...at(0, 4), seed: 2 }),
];
const halves = [
  comparison("halves", [0.05, 0.1], at(0)),
  comparison("halves", [0.15, 0.3], at(4)),
  comparison("halves", [0.05, 0.3], at(9)),
];
const drawn = [
  draw("jitter", [0, 9], 1, [0.9, 0.9]),
  ...[1, 2, 3].map((index) => draw("jitter", [0, 4], index, [0.3, 0.2 + 0.2 * index])),
  ...[1, 2, 3].map((index) => draw("jitter", [4, 9], index, [0.1, 0.3])),
];
const ROUNDING = 10;

test("a run's transitions are in order, without those of other runs", () => {
  expect(transitionsOf(changes, run).map(({ step, otherStep }) => [step, otherStep])).toEqual([
    [0, 4],
    [4, 9],
  ]);
  expect(meanTransition(changes.slice(0, 1), run)).toBeUndefined();
});

test("the mean transition's ratio is that of mean changes above mean floors, though nodes of one are at their floor", () => {
  // Edges (.8 + .4) / 2 - (.2 + .3) / 2 = .35, nodes (.3 + .1) / 2 - (.1 + .1) / 2 = .1.
  expect(transitionRatio([...changes, ...halves], "halves", run)).toBeCloseTo(3.5, ROUNDING);
  const { nodes, edges } = meanTransition([...changes, ...halves], run)!.floor("halves")!;
  expect(nodes).toBeCloseTo(0.1, ROUNDING);
  expect(edges).toBeCloseTo(0.25, ROUNDING);
});

test("seeds are those at the later checkpoint of each transition", () => {
  const seeds = [
    comparison("seeds", [0.05, 0.2], { ...at(4), otherSeed: 2 }),
    comparison("seeds", [0.15, 0.2], { ...at(9), otherSeed: 2 }),
  ];
  expect(transitionRatio([...changes, ...seeds], "seeds", run)).toBeCloseTo(4, ROUNDING);
  expect(transitionRatio([...changes, ...seeds.slice(1)], "seeds", run)).toBeUndefined();
});

test("the null is over draws, each the mean of one draw of every transition", () => {
  // Draw n: edges (.2 + .2 n + .3) / 2 - .25 = .1 n, nodes .1: ratios 1, 2 and 3; the 95th percentile is 2.9.
  const rows = [...changes, ...halves, ...drawn];
  expect(transitionNull(rows, "jitter", "halves", run)).toBeCloseTo(2.9, ROUNDING);
  expect(transitionNull(rows, "churn", "halves", run)).toBeUndefined();
  expect(transitionNull([...changes, ...drawn], "jitter", "halves", run)).toBeUndefined();
});

test("draws that a transition lacks are left out, and without floor nodes the ratio is infinite", () => {
  const rows = [...changes, ...halves, ...drawn];
  const fewer = rows.filter(({ kind, step, index }) => kind !== "jitter" || step === 0 || index === 1);
  expect(meanTransition(fewer, run)!.draws("jitter")).toHaveLength(1);
  expect(transitionNull(fewer, "jitter", "halves", run)).toBeCloseTo(1, ROUNDING);
  const still = rows.map((row) => (row.kind === "halves" ? { ...row, nodeChangeRate: 0.3 } : row));
  expect(transitionRatio(still, "halves", run)).toBe(Number.POSITIVE_INFINITY);
});
