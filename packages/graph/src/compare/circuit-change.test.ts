import { describe, expect, test } from "vitest";
import { createGraph } from "../graph.ts";
import { collapsedNamed } from "../testing/edges.ts";
import { changeRows } from "./circuit-change.ts";

const graph = createGraph({ layers: 3, heads: 1, parallel: true });
const circuit = (...edges: string[]) =>
  collapsedNamed(graph, Object.fromEntries(edges.map((edge) => [edge, 1])));
const key = { plan: "lora-r2", draw: 3, seed: 7, sample: "half 1", rule: "top", size: 0.05 };

describe("changeRows", () => {
  const first = circuit("input->m0", "m0->logits", "input->a1.h0", "a1.h0->logits");
  // a1.h0 is removed with both of its edges; m2 is added with two, and m0->logits changes between nodes that are kept.
  const second = circuit("input->m0", "m0->m2", "m2->logits", "input->logits");
  const third = circuit("input->m0", "m0->logits", "input->logits");
  const rows = changeRows(key, [
    { step: 0, circuit: first },
    { step: 10, circuit: second },
    { step: 20, circuit: third },
    { step: 30, circuit: first },
  ]);

  test("compares every circuit with the first and with the previous one", () => {
    expect(rows.map(({ reference, fromStep, toStep }) => [reference, fromStep, toStep])).toEqual([
      ["first", 0, 10],
      ["first", 0, 20],
      ["first", 0, 30],
      ["previous", 0, 10],
      ["previous", 10, 20],
      ["previous", 20, 30],
    ]);
    for (const row of rows) expect(row).toMatchObject(key);
  });

  test("counts added and removed edges, and those at added or removed nodes", () => {
    expect(rows[0]).toEqual({
      ...key,
      reference: "first",
      fromStep: 0,
      toStep: 10,
      nodesBefore: 4,
      nodesAfter: 4,
      nodesAdded: 1,
      nodesRemoved: 1,
      nodeJaccard: 3 / 5,
      nodeChangeRate: 2 / 4,
      edgesBefore: 4,
      edgesAfter: 4,
      edgesAdded: 3,
      edgesRemoved: 3,
      edgesAddedAtChangedNodes: 2,
      edgesRemovedAtChangedNodes: 2,
      edgeJaccard: 1 / 7,
      edgeChangeRate: 6 / 4,
    });
  });

  test("divides rates by the size at the first checkpoint, whatever is compared", () => {
    expect(rows[4]).toMatchObject({ edgesBefore: 4, edgesAfter: 3, edgesAdded: 1, edgesRemoved: 2 });
    expect(rows[4]!.edgeChangeRate).toBe(3 / 4);
    expect(rows[4]!.nodeChangeRate).toBe(1 / 4);
    expect(rows[5]).toMatchObject({ edgesBefore: 3, edgesAfter: 4, edgesAdded: 2, edgesRemoved: 1 });
    expect(rows[5]!.edgeChangeRate).toBe(3 / 4);
    expect(rows[5]!.nodeChangeRate).toBe(1 / 4);
  });

  test("has no rows for a single checkpoint", () => {
    expect(changeRows(key, [{ step: 0, circuit: first }])).toEqual([]);
  });

  test("says what to do if the first circuit is empty", () => {
    const steps = [
      { step: 0, circuit: circuit() },
      { step: 10, circuit: first },
    ];
    expect(() => changeRows(key, steps)).toThrow(
      /no edge[\s\S]*lora-r2, draw 3, seed 7, step 0[\s\S]*raise `fraction`/,
    );
  });
});
