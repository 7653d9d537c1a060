import type { AttentionTree, Ops } from "@ft/backend";
import { openBackend } from "@ft/backend";
import { beforeAll, describe, expect, test } from "vitest";
import type { ModelConfig } from "../families/index.ts";
import { layOut } from "./batch.ts";
import { createTree, ROOT } from "./tree.ts";

const config = { heads: 2, dModel: 8, rotaryDims: 2, rotaryBase: 10_000 } as ModelConfig;
/** Rounding of a cosine to float32. */
const ROUNDING = 6;

let ops: Ops;
beforeAll(async () => {
  ops = await openBackend();
});

/** The rows that each row attends to. */
function attended({ offsets, runs }: AttentionTree): number[][] {
  return Array.from(offsets.values.slice(1), (end, row) => {
    const own = Array.from({ length: end - offsets.values[row]! }, (_, i) => offsets.values[row]! + i);
    return own.flatMap((run) => {
      const [first, length] = runs.values.slice(2 * run, 2 * run + 2) as unknown as [number, number];
      return Array.from({ length }, (_, i) => first + i);
    });
  });
}

const tree = (parents: number[], past = 0) => createTree(ops, config, parents, past);

describe("a row attends to its ancestors and itself", () => {
  test("along a chain, in one range", () => {
    const chain = tree([ROOT, 0, 1, 2]);
    expect(attended(chain)).toEqual([[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]]);
    expect(chain.runs.values).toHaveLength(8);
  });

  test("with branches", () => {
    expect(attended(tree([ROOT, 0, 1, 1, 3]))).toEqual([[0], [0, 1], [0, 1, 2], [0, 1, 3], [0, 1, 3, 4]]);
  });

  test("if a parent comes after its children", () => {
    expect(attended(tree([2, 0, ROOT]))).toEqual([[2, 0], [2, 0, 1], [2]]);
  });

  test("and to rows of earlier passes, which come first", () => {
    expect(attended(tree([ROOT, 0, 1, 1], 2))).toEqual([
      [0, 1, 2],
      [0, 1, 3],
    ]);
  });
});

test("a row's position is its depth", () => {
  const { cosine } = tree([ROOT, 0, 1, 1, ROOT]);
  const cosines = [...ops.read(cosine)];
  for (const [row, position] of [0, 1, 2, 2, 0].entries())
    expect(cosines[row]).toBeCloseTo(Math.cos(position), ROUNDING);
});

describe("sequences laid out", () => {
  const at = (position: number, token: number) => ({ position, token });
  const sequences = [
    { tokens: [5, 6, 7], targets: [at(2, 1)] },
    { tokens: [5, 6, 8, 9], targets: [at(1, 8), at(3, 2)] },
    { tokens: [5, 6, 7], targets: [at(2, 3)] },
    { tokens: [6], targets: [at(0, 4)] },
  ];

  test("share the rows of their common prefix, whatever their lengths", () => {
    const { tokens, parents, readout, targets } = layOut(sequences);
    expect([...tokens]).toEqual([5, 6, 7, 8, 9, 6]);
    expect([...parents]).toEqual([ROOT, 0, 1, 1, 3, ROOT]);
    expect([...readout]).toEqual([2, 1, 4, 2, 5]);
    expect([...targets]).toEqual([1, 8, 2, 3, 4]);
  });

  test("are separate if sharing is off", () => {
    const { tokens, parents } = layOut(sequences, false);
    expect([...tokens]).toEqual(sequences.flatMap((sequence) => sequence.tokens));
    expect([...parents]).toEqual([ROOT, 0, 1, ROOT, 3, 4, 5, ROOT, 7, 8, ROOT]);
  });
});
