import { GraphNames } from "@ft/graph";
import { describe, expect, test } from "vitest";
import { circuitNamed } from "../../../graph/src/testing/edges.ts";
import { graph, results } from "../testing/results.ts";
import { drawing } from "./drawing.ts";

describe("the drawing of two circuits", () => {
  const { run } = results.drawn!;
  const names = new GraphNames(graph);
  /** @param outside scores of edges outside the circuit before */
  const draw = (
    before: Record<string, number>,
    after: Record<string, number>,
    percentile = 0,
    outside: Record<string, number> = {},
  ) => {
    const first = circuitNamed(graph, before);
    for (const [edge, score] of Object.entries(outside)) first.scores[names.edgeIndex(edge)] = score;
    const drawn = { run, before: { step: 0, ...first }, after: { step: 2, ...circuitNamed(graph, after) } };
    return drawing({ ...results, drawn, config: { percentile } })!.rows;
  };

  test("adds up the scores of a head's q, k and v", () => {
    const rows = draw({ "input->a0.h0<q>": 2, "input->a0.h0<k>": -5 }, { "input->a0.h0<v>": 4 });
    expect(rows).toEqual([["input->a0.h0", "kept", -3, 4]]);
  });

  test("has the circuits' edges whose |score| reaches the percentile of all edges, whatever its sign", () => {
    const before = { "input->m0": -3, "input->m1": 2, "m0->m1": 1, "m1->logits": 0.5 };
    // Of 42 edges, 37 score 0, so the 90th percentile is at place 0.9 * 41 = 36.9: between 0 and 0.5; the 95th, at 38.95, is 1.95.
    expect(draw(before, {}, 95, { "m0->logits": 4 }).map(([edge]) => edge)).toEqual([
      "input->m0",
      "input->m1",
    ]);
    expect(draw(before, {}, 90, { "m0->logits": 4 }).map(([edge]) => edge)).toHaveLength(4);
  });

  test("marks edges as kept, added or removed, in the order of their names", () => {
    const rows = draw({ "m0->logits": 1, "input->m0": 1 }, { "input->m1": 1, "input->m0": 2 });
    expect(rows).toEqual([
      ["input->m0", "kept", 1, 2],
      ["input->m1", "added", null, 1],
      ["m0->logits", "removed", 1, null],
    ]);
  });

  test("names the run and the checkpoints of the circuits", () => {
    const { caption, figure } = drawing(results)!;
    expect(caption).toContain("circuits of probe, seed 1, whose");
    expect(figure).toContain("before (checkpoint 0)");
    expect(figure).toContain("after (checkpoint 2)");
    expect(drawing({ ...results, drawn: undefined })).toBeUndefined();
  });
});
