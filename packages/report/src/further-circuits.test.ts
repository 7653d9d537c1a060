import { expect, test } from "vitest";
import { compareRankings } from "./further-circuits.ts";
import { graph } from "./testing/results.ts";

const scores = Float64Array.from({ length: graph.edges }, (_, edge) => (edge % 2 ? -1 : 1) * 2 ** (edge / 4));
/** The same edges in the reverse order of size. */
const reversed = scores.map((score) => 1 / score);

test("a method that ranks edges as exact patching does agrees with it in everything, whatever its scale", () => {
  const scaled = { graph, scores: scores.map((score) => 1e-3 * score) };
  expect(compareRankings({ graph, scores }, scaled, 0.5)).toMatchObject({
    ...{ edges: graph.edges, correlation: 1, sizeCorrelation: 1, nodeJaccard: 1, edgeJaccard: 1 },
    overlaps: [0.01, 0.02, 0.05, 0.1].map((share) => ({ share, overlap: 1 })),
  });
});

test("signs count in the correlation of scores, not in that of sizes and in what is strongest", () => {
  const found = compareRankings({ graph, scores }, { graph, scores: scores.map((score) => -score) }, 0.5);
  expect(found.correlation).toBeCloseTo(-1, 12);
  expect(found).toMatchObject({ sizeCorrelation: 1, edgeJaccard: 1 });
});

test("of the strongest edges by exact patching, the overlap is the part that the method has among as many", () => {
  const found = compareRankings({ graph, scores }, { graph, scores: reversed }, 0.1);
  expect(found.sizeCorrelation).toBeCloseTo(-1, 12);
  expect(found.overlaps.at(-1)).toEqual({ share: 0.1, overlap: 0 });
  const swapped = Float64Array.from(scores);
  const last = graph.edges - 1;
  // Of the strongest tenth one edge is replaced.
  [swapped[last], swapped[0]] = [swapped[0]!, swapped[last]!];
  const tenth = Math.trunc(graph.edges / 10);
  expect(tenth).toBeGreaterThan(1);
  const one = compareRankings({ graph, scores }, { graph, scores: swapped }, 0.1);
  expect(one.overlaps.at(-1)!.overlap).toBeCloseTo((tenth - 1) / tenth, 12);
});

test("scores that are all equal have no rank correlation", () => {
  const flat = { graph, scores: scores.map(() => 1) };
  expect(compareRankings({ graph, scores }, flat, 0.5)).toMatchObject({
    correlation: null,
    sizeCorrelation: null,
  });
});
