/** Attention over a tree of rows, composed of operations that every backend has; see {@link Ops.attend}. */

import type { AttentionTree, Ops, Tensor } from "./ops.ts";

/** The operations that attention is composed of. */
export type AttentionPrimitives = Pick<
  Ops,
  | "add"
  | "concat"
  | "gather"
  | "multiply"
  | "reshape"
  | "scale"
  | "scope"
  | "segmentSum"
  | "slice"
  | "softmax"
  | "softmaxGradient"
  | "subtract"
  | "sum"
  | "tensor"
  | "transpose"
>;

/** An additive mask value that softmax turns into an exact 0, without -Infinity's rows of NaN. */
const MASKED = -1e30;

/** See {@link Ops.attend}. */
export function attend(
  ops: AttentionPrimitives,
  qkv: Tensor,
  past: Tensor | undefined,
  tree: AttentionTree,
): Tensor {
  return ops.scope(() => {
    const { probabilities, v } = attention(ops, qkv, past, tree);
    const z = ops.sum(ops.multiply(probabilities, v), [1]); // [R, H, e]
    return ops.reshape(z, [tree.rows, -1]);
  });
}

/** See {@link Ops.attendGradient}. */
export function attendGradient(
  ops: AttentionPrimitives,
  qkv: Tensor,
  past: Tensor | undefined,
  tree: AttentionTree,
  dz: Tensor,
): Tensor {
  return ops.scope(() => {
    const { rows, heads } = tree;
    const { q, k, v, probabilities, index, width, size } = attention(ops, qkv, past, tree);
    const dzByKey = ops.reshape(dz, [rows, 1, heads, size]);
    const swap = (t: Tensor) => ops.transpose(t, [0, 2, 3, 1]);
    const dProbabilities = ops.sum(ops.multiply(dzByKey, v), [3], true); // [R, D, H, 1]
    const dScores = ops.transpose(
      ops.softmaxGradient(swap(probabilities), swap(dProbabilities)),
      [0, 3, 1, 2],
    );
    const dq = ops.scale(ops.sum(ops.multiply(dScores, k), [1]), 1 / Math.sqrt(size)); // [R, H, e]
    const toRows = (t: Tensor) => {
      const summed = ops.segmentSum(
        ops.reshape(t, [rows * width, heads * size]),
        ops.tensor(index, [index.length]),
        tree.past + rows,
      );
      return ops.reshape(ops.slice(summed, [tree.past, 0], [-1, -1]), [rows, heads, size]);
    };
    const dk = toRows(ops.multiply(dScores, q)); // q carries 1 / sqrt e
    const dv = toRows(ops.multiply(probabilities, dzByKey));
    const own = ownTables(ops, tree);
    const parts = [rotate(ops, dq, own, -1), rotate(ops, dk, own, -1), dv];
    const joined = ops.concat(
      parts.map((t) => ops.reshape(t, [rows, heads, 1, size])),
      2,
    );
    return ops.reshape(joined, [rows, -1]);
  });
}

/** Queries [R, 1, H, e], and for each row's D ancestors, padded, keys and values [R, D, H, e] and weights [R, D, H, 1]. */
function attention(ops: AttentionPrimitives, qkv: Tensor, past: Tensor | undefined, tree: AttentionTree) {
  const { rows, heads } = tree;
  const size = qkv.shape[1]! / (3 * heads);
  const { index, mask, width } = padAncestors(tree);
  const all = past ? ops.concat([past, qkv], 0) : qkv;
  const ported = ops.reshape(all, [all.shape[0]!, heads, 3, size]);
  const port = (i: number) =>
    ops.reshape(ops.slice(ported, [0, 0, i, 0], [-1, -1, 1, -1]), [all.shape[0]!, heads, size]);
  const keys = rotate(ops, port(1), tree, 1);
  const queries = ops.slice(port(0), [tree.past, 0, 0], [-1, -1, -1]);
  const q = ops.reshape(ops.scale(rotate(ops, queries, ownTables(ops, tree), 1), 1 / Math.sqrt(size)), [
    rows,
    1,
    heads,
    size,
  ]);
  const ancestors = ops.tensor(index, [index.length]);
  const select = (t: Tensor) => ops.reshape(ops.gather(t, ancestors), [rows, width, heads, size]);
  const [k, v] = [select(keys), select(port(2))];
  const scores = ops.add(
    ops.sum(ops.multiply(q, k), [3], true), // [R, D, H, 1]
    ops.tensor(mask, [rows, width, 1, 1]),
  );
  const probabilities = ops.transpose(ops.softmax(ops.transpose(scores, [0, 2, 3, 1])), [0, 3, 1, 2]);
  return { q, k, v, probabilities, index, width, size };
}

/** Every row's ancestors as a table [R * D], padded with row 0 under a mask. */
function padAncestors({ rows, offsets, runs }: AttentionTree) {
  const lists = Array.from({ length: rows }, (_, row) => {
    const list: number[] = [];
    for (let run = offsets.values[row]!; run < offsets.values[row + 1]!; run++) {
      const [first, length] = [runs.values[2 * run]!, runs.values[2 * run + 1]!];
      for (let i = 0; i < length; i++) list.push(first + i);
    }
    return list;
  });
  const width = lists.reduce((longest, { length }) => Math.max(longest, length), 1);
  const index = new Int32Array(rows * width);
  const mask = new Float32Array(rows * width).fill(MASKED);
  lists.forEach((list, row) => {
    index.set(list, row * width);
    mask.fill(0, row * width, row * width + list.length);
  });
  return { index, mask, width };
}

type Tables = Pick<AttentionTree, "cosine" | "sine">;

/** The rotary tables of this pass's rows. */
function ownTables(ops: AttentionPrimitives, { past, cosine, sine }: AttentionTree): Tables {
  const own = (t: Tensor) => ops.slice(t, [past, 0], [-1, -1]);
  return { cosine: own(cosine), sine: own(sine) };
}

/** Rotates each head's first dimensions of x [rows, H, e] by its row's angles, or back. */
function rotate(ops: AttentionPrimitives, x: Tensor, { cosine, sine }: Tables, direction: 1 | -1): Tensor {
  const [rows, half] = cosine.shape as [number, number];
  if (half === 0) return x;
  const size = x.shape[2]!;
  const part = (from: number, length: number) => ops.slice(x, [0, 0, from], [-1, -1, length]);
  const table = (t: Tensor) => ops.reshape(t, [rows, 1, half]);
  const [c, s] = [table(cosine), ops.scale(table(sine), direction)];
  const [first, second] = [part(0, half), part(half, half)];
  const turned = [
    ops.subtract(ops.multiply(first, c), ops.multiply(second, s)),
    ops.add(ops.multiply(second, c), ops.multiply(first, s)),
  ];
  return ops.concat(size > 2 * half ? [...turned, part(2 * half, size - 2 * half)] : turned, 2);
}
