/** Random trees of rows for attention: shared prefixes, suffixes of unequal length, rows of earlier passes. */

import fc from "fast-check";
import type { AttentionTree, Constant, Ops } from "../ops.ts";
import { build, type Reference } from "./reference.ts";

/** A tree on the host. */
export interface ReferenceTree {
  heads: number;
  past: number;
  /** Half the rotated dimensions of a head. */
  half: number;
  /** Of each row of this pass: the rows it attends to, itself last; earlier passes' rows are counted first. */
  ancestors: number[][];
  /** [P + R, half] */
  cosine: Reference;
  sine: Reference;
}

/** Trees whose rows each continue any earlier row, or none. */
export function trees(heads: number, half: number): fc.Arbitrary<ReferenceTree> {
  return fc
    .tuple(fc.nat(4), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 }))
    .map(([past, choices]) => {
      const chains: number[][] = [];
      // The rows of earlier passes are one sequence; about one row in six begins another.
      for (let row = 0; row < past; row++) chains.push([...(chains[row - 1] ?? []), row]);
      choices.forEach((choice, i) => {
        const row = past + i;
        const parent = Math.floor(choice * (row + row / 6)) - Math.floor(row / 6);
        chains.push([...(chains[Math.min(parent, row - 1)] ?? []), row]);
      });
      const angles = build([chains.length, half], ([row, i]) => chains[row!]!.length / 3 ** i!);
      const table = (f: (angle: number) => number): Reference => ({
        shape: angles.shape,
        data: angles.data.map((angle) => Math.fround(f(angle))),
      });
      return {
        heads,
        past,
        half,
        ancestors: chains.slice(past),
        cosine: table(Math.cos),
        sine: table(Math.sin),
      };
    });
}

/** The tree on a backend, its tensors in the scope it is called in. */
export function uploadTree(ops: Ops, tree: ReferenceTree): AttentionTree {
  const offsets = [0];
  const runs: [first: number, length: number][] = [];
  for (const list of tree.ancestors) {
    const begins = list.flatMap((row, i) => (i > 0 && list[i - 1] === row - 1 ? [] : [i]));
    runs.push(...begins.map((at, i) => [list[at]!, (begins[i + 1] ?? list.length) - at] as [number, number]));
    offsets.push(runs.length);
  }
  const constant = (list: number[], shape: number[]): Constant => {
    const values = Int32Array.from(list);
    return { values, tensor: ops.tensor(values, shape) };
  };
  const floats = ({ data, shape }: Reference) => ops.tensor(Float32Array.from(data), shape);
  return {
    heads: tree.heads,
    rows: tree.ancestors.length,
    past: tree.past,
    offsets: constant(offsets, [offsets.length]),
    runs: constant(runs.flat(), [runs.length, 2]),
    cosine: floats(tree.cosine),
    sine: floats(tree.sine),
  };
}
