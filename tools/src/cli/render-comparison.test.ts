import type { CircuitComparison } from "@ft/graph";
import { expect, test } from "vitest";
import { renderComparison } from "./render-comparison.ts";

const comparison: CircuitComparison = {
  nodes: { before: 4, after: 4, jaccard: 3 / 5, changed: 2, changeRate: 0.5 },
  edges: { before: 4, after: 4, jaccard: 2 / 6, changed: 4, changeRate: 1 },
  layers: [
    { layer: 0, change: 4 },
    { layer: 1, change: 3 },
  ],
};

test("a comparison is a table and a ranking", () => {
  expect(renderComparison(comparison)).toMatchInlineSnapshot(`
    "       before  after  Jaccard  changed  change rate
    nodes       4      4   0.6000        2       50.00%
    edges       4      4   0.3333        4      100.00%

    Layers by edge change (an edge counts for its source's layer, the input for layer 0):
    layer     change  share
        0  4.0000e+0  57.1%  #######################
        1  3.0000e+0  42.9%  #################
    "
  `);
});
