/**
 * Attention with separate heads, as circuits see it: each head reads its queries, keys and values from separate inputs
 * and adds its own term to the residual stream. Ports are numbered head by head: q, k and v of head h are
 * 3 h, 3 h + 1 and 3 h + 2.
 */
import type { Ops, Tensor } from "@ft/backend";
import type { Attention } from "./attention.ts";
import type { Linear } from "./linear.ts";

/** Each head's own part of the attention matrices, laid out for one batched product over heads. */
export interface HeadMatrices {
  /** Reads the normalised residual stream, [3 H, e, d], by port. */
  readers: Tensor;
  /** The readers' biases, [3 H e], if they have any. */
  readerBias?: Tensor;
  /** Writes a head's mixed values into the residual stream, [H, e, d]; the output bias belongs to no head. */
  writers: Tensor;
}

/** Splits the matrices of a folded attention by head. */
export function headMatrices(ops: Ops, { readers, dense }: Attention, heads: number): HeadMatrices {
  const [read] = readers as [Linear];
  const [width, mixed] = dense.weight.shape as [number, number]; // d, H e
  const size = mixed / heads;
  const made = ops.scope(() => {
    const writers = ops.transpose(ops.reshape(dense.weight, [width, heads, size]), [1, 2, 0]);
    return { readers: ops.reshape(read.weight, [3 * heads, size, width]), writers };
  });
  return { ...ops.keep(made), ...(read.bias && { readerBias: read.bias }) };
}

/**
 * Queries, keys and values before rotation, [R, n e] port by port, of n ports with separate inputs.
 *
 * @param normalized the normalised input of each port, [n, R, d]
 * @param ports indices of the n ports, ascending
 */
export function readPorts(
  ops: Ops,
  { readers, readerBias }: HeadMatrices,
  normalized: Tensor,
  ports: readonly number[],
): Tensor {
  const read = sideBySide(ops, ops.matMulGrouped(normalized, readers, ports, true)); // [R, n e]
  if (!readerBias) return read;
  const bias = gatherNumbered(ops, ops.reshape(readerBias, readers.shape.slice(0, 2)), ports);
  return ops.add(read, ops.reshape(bias, [-1]));
}

/** What each head adds to the residual stream, [H, R, d], for mixed values z [R, H e] side by side. */
export function writeHeads(ops: Ops, { writers }: HeadMatrices, z: Tensor): Tensor {
  return ops.matMul(byHead(ops, z, writers.shape[0]!), writers);
}

/** The same for some heads, ascending, from their mixed values head by head, [n, R, e]: [n, R, d]. */
export function writeChosenHeads(
  ops: Ops,
  { writers }: HeadMatrices,
  z: Tensor,
  heads: readonly number[],
): Tensor {
  return ops.matMulGrouped(z, writers, heads);
}

/** Side by side, [R, H c], to head by head, [H, R, c]. */
export function byHead(ops: Ops, t: Tensor, heads: number): Tensor {
  return ops.transpose(ops.reshape(t, [t.shape[0]!, heads, -1]), [1, 0, 2]);
}

/** Head by head, [H, R, c], to side by side, [R, H c]. */
export function sideBySide(ops: Ops, t: Tensor): Tensor {
  return ops.reshape(ops.transpose(t, [1, 0, 2]), [t.shape[1]!, -1]);
}

/** The entries of [n, ...] with the given indices, ascending. */
export function gatherNumbered(ops: Ops, t: Tensor, numbers: readonly number[]): Tensor {
  if (numbers.length === t.shape[0]) return t;
  return ops.gather(t, ops.tensor(Int32Array.from(numbers), [numbers.length]));
}
