import { describe, expect, test } from "vitest";
import { circuits } from "../../testing/circuits-to-view.ts";
import { bend, distanceToCurve, layOut, placeNode, shortName } from "./layout.js";

test("the input is below the layers, the logits above them, and an MLP to the right of its layer's heads", () => {
  const places = ["input", "a0.h1", "m0", "a1.h0", "m1", "logits"].map((node) =>
    placeNode(circuits, circuits.nodes.indexOf(node)),
  );
  expect(places.map(({ x, y }) => [x, y])).toEqual([
    [1, 0],
    [1, 1],
    [2.5, 1],
    [0, 2],
    [2.5, 2],
    [1, 3],
  ]);
});

describe.each([
  [2, 2],
  [8, 8],
  [24, 16],
  [40, 40],
])("the layout of %i layers of %i heads", (layers, heads) => {
  const graph = { layers, heads };
  const layout = layOut(graph, 776);

  test("has room for every node, and none overlaps another or the labels", () => {
    for (const { x, y } of layout.nodes) {
      expect(x - layout.radius).toBeGreaterThan(layout.left);
      expect(x + layout.radius).toBeLessThanOrEqual(layout.width);
      expect(y - layout.radius).toBeGreaterThanOrEqual(0);
      expect(y + layout.radius).toBeLessThanOrEqual(layout.height);
    }
    const [, first, second] = layout.nodes;
    const above = layout.nodes[1 + heads + 1]!;
    expect(second!.x - first!.x).toBeGreaterThan(2 * layout.radius);
    expect(first!.y - above.y).toBeGreaterThan(2 * layout.radius);
  });

  test("keeps every curve within the drawing", () => {
    const [input, logits] = [layout.nodes[0]!, layout.nodes.at(-1)!];
    for (const [from, to] of [
      [layout.nodes[1]!, logits],
      [input, layout.nodes[heads + 1]!],
      [layout.nodes[heads + 1]!, layout.nodes.at(-2)!],
    ] as const) {
      const control = bend(layout, from, to);
      const middle = { x: (from.x + 2 * control.x + to.x) / 4, y: (from.y + 2 * control.y + to.y) / 4 };
      expect(middle.x).toBeGreaterThan(0);
      expect(middle.x).toBeLessThan(layout.width);
      expect(middle.y).toBeGreaterThan(-1);
      expect(middle.y).toBeLessThan(layout.height + 1);
    }
  });
});

test("a layout is as wide as it may be, and wider only if cells would be smaller than 22 pixels", () => {
  expect(layOut({ layers: 24, heads: 16 }, 776).width).toBe(776);
  expect(layOut({ layers: 40, heads: 40 }, 776).width).toBeGreaterThan(776);
});

test("the distance from a curve is 0 on it and Euclidean off it", () => {
  const [from, control, to] = [
    { x: 0, y: 0 },
    { x: 50, y: 100 },
    { x: 100, y: 0 },
  ];
  expect(distanceToCurve({ x: 50, y: 50 }, from, control, to)).toBeLessThan(0.1);
  expect(distanceToCurve({ x: 50, y: 70 }, from, control, to)).toBeCloseTo(20, 0);
  expect(distanceToCurve({ x: -30, y: -40 }, from, control, to)).toBeCloseTo(50, 6);
  expect(distanceToCurve({ x: 3, y: 4 }, from, from, from)).toBeCloseTo(5, 6);
});

test("an edge along a column bends towards the middle, past the nodes between", () => {
  const layout = layOut({ layers: 8, heads: 8 }, 900);
  const [left, right] = [1, 9].map((node) => {
    const [from, to] = [layout.nodes[node]!, layout.nodes[node + 7 * 9]!];
    return bend(layout, from, to).x - from.x;
  });
  expect(left).toBeGreaterThan(2 * layout.radius);
  expect(right).toBeLessThan(-2 * layout.radius);
});

test("nodes are labelled without their layer", () => {
  expect(["input", "a3.h12", "m7", "logits"].map(shortName)).toEqual(["in", "12", "m", "out"]);
});
