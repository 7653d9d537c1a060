import type { EdgeRow } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { placeNode } from "../figures/circuit-layout.ts";
import { results } from "../testing/results.ts";
import { drawing } from "./drawing.ts";

describe("the drawing of two circuits", () => {
  const [first] = results.edges as [EdgeRow];
  const row = (
    step: number,
    source: string,
    destination: string,
    score: number,
    more: Partial<EdgeRow> = {},
  ) => ({
    ...first,
    step,
    source,
    destination,
    edge: `${source}->${destination}`,
    score,
    inCircuit: true,
    ...more,
  });
  const draw = (edges: EdgeRow[], percentile = 0) =>
    drawing({ ...results, edges, config: { percentile } })!.rows;

  test("adds up the scores of a head's q, k and v", () => {
    const rows = draw([
      row(0, "input", "a0.h0", 2, { port: "q" }),
      row(0, "input", "a0.h0", -5, { port: "k" }),
      row(2, "input", "a0.h0", 4, { port: "v" }),
    ]);
    expect(rows).toEqual([["input->a0.h0", "kept", -3, 4]]);
  });

  test("has the circuits' edges whose |score| reaches the percentile of all edges, whatever its sign", () => {
    const edges = [
      row(0, "input", "m0", -3),
      row(0, "input", "m1", 2),
      row(0, "m0", "m1", 1),
      row(0, "m0", "logits", 4, { inCircuit: false }),
      row(0, "m1", "logits", 0.5),
      row(2, "input", "m1", 1),
    ];
    // The median of 0.5, 1, 2, 3, 4 is 2; at step 2 it is the only edge's.
    expect(draw(edges, 50)).toEqual([
      ["input->m0", "removed", -3, null],
      ["input->m1", "kept", 2, 1],
    ]);
  });

  test("compares the first checkpoint with the last", () => {
    const rows = draw([row(0, "input", "m0", 1), row(1, "input", "logits", 1), row(2, "input", "m1", 1)]);
    expect(rows.map(([edge, fate]) => [edge, fate])).toEqual([
      ["input->m0", "removed"],
      ["input->m1", "added"],
    ]);
  });

  test("has the input below the layers and the logits above them, an MLP to the right of its layer's heads", () => {
    const places = ["input", "a0.h1", "m0", "a1.h0", "m1", "logits"].map((node) => placeNode(node, 2, 2));
    expect(places.map(({ x, y }) => [x, y])).toEqual([
      [1, 0],
      [1, 1],
      [2.5, 1],
      [0, 2],
      [2.5, 2],
      [1, 3],
    ]);
  });
});
