/**
 * Attention over a tree of rows: linears compute queries, keys and values, each head mixes values, a linear writes the
 * mixed values. H heads of e dimensions; of grouped queries, a key and a value serve several heads.
 */
import type { Ops, Tensor } from "@ft/backend";
import type { BlockNames, Family, ModelConfig } from "../../families/family.ts";
import { type Rows, spread, unspread } from "../rows.ts";
import {
  bindLinear,
  type FoldedLinear,
  foldedReader,
  foldWriter,
  type Linear,
  type LinearRecord,
  linearBackward,
  linearForward,
} from "./linear.ts";
import type { Folding, Gradients, TensorSource } from "./part.ts";
import { bindQueryKey, type QueryKey, queryKeyBackward, queryKeyForward } from "./query-key.ts";

export interface Attention {
  /** What reads the normed rows: one linear for queries, keys and values, or one for each of the three. */
  readers: readonly Linear[];
  /**
   * For each of the 3 H e columns in the order head, then q, k, v, which of the readers' joint outputs it is, int32; absent if
   * they are in that order.
   */
  order?: { columns: Int32Array; outputs: number };
  queryKey?: QueryKey;
  /** [d, H e]. */
  dense: Linear;
}

export interface AttentionRecord {
  /** What the linears computed for the distinct rows, in the order head, then q, k, v, [U, 3 H e]. */
  read: Tensor;
  /** What attention takes, before rotation, of every row, [R, 3 H e]. */
  qkv: Tensor;
  /** The same for rows that are constants in the backward pass, [P, 3 H e], if the tree has any. */
  past?: Tensor;
  /** Each head's mixed values, [n, H e]. */
  z: Tensor;
  readers: LinearRecord[];
  dense: LinearRecord;
}

/** The names of the linears that compute queries, keys and values. */
function readerNames({ queryKeyValue, query, key, value }: BlockNames): string[] {
  return queryKeyValue ? [queryKeyValue] : [query!, key!, value!];
}

export function bindAttention(
  source: TensorSource,
  names: BlockNames,
  family: Family,
  config: ModelConfig,
  layer: number,
): Attention {
  const order = readersOrder(names, family, config);
  const queryKey = bindQueryKey(source, names, config, layer);
  return {
    readers: readerNames(names).map((name) => bindLinear(source, name)),
    ...(order && { order }),
    ...(queryKey && { queryKey }),
    dense: bindLinear(source, names.dense),
  };
}

/** See {@link Attention.order}. */
function readersOrder(
  { queryKeyValue }: BlockNames,
  { queryKeyValueOrder = "by-head" }: Family,
  { heads, keyValueHeads, headSize }: ModelConfig,
): Attention["order"] {
  if (queryKeyValue && queryKeyValueOrder === "by-head") return undefined;
  const starts = [0, heads * headSize, (heads + keyValueHeads) * headSize];
  const shared = heads / keyValueHeads;
  const columns = new Int32Array(3 * heads * headSize);
  let at = 0;
  for (let head = 0; head < heads; head++)
    for (const [port, start] of starts.entries()) {
      const own = port === 0 ? head : Math.trunc(head / shared);
      for (let i = 0; i < headSize; i++) columns[at++] = start + own * headSize + i;
    }
  return { columns, outputs: (heads + 2 * keyValueHeads) * headSize };
}

/** Normed rows [U, d] to what all heads add to the residual stream, [n, d]. */
export function attentionForward(
  ops: Ops,
  { readers, order, queryKey, dense }: Attention,
  rows: Rows,
  normed: Tensor,
): { y: Tensor; record: AttentionRecord } {
  const outputs = readers.map((reader) => linearForward(ops, reader, normed));
  const read = inOrder(
    ops,
    outputs.map(({ y }) => y),
    order,
  );
  const qkv = spread(ops, rows, queryKeyForward(ops, queryKey, read));
  const mixed = ops.attend(qkv, rows.past, rows.tree); // [R, H e]
  const z = rows.readout ? ops.gather(mixed, rows.readout.rows) : mixed; // [n, H e]
  const { y, record } = linearForward(ops, dense, z);
  const past = rows.past && { past: rows.past };
  return {
    y,
    record: { read, qkv, ...past, z, readers: outputs.map(({ record }) => record), dense: record },
  };
}

/** The readers' outputs as columns by head, q, k, v, [U, 3 H e]. */
function inOrder(ops: Ops, outputs: readonly Tensor[], order: Attention["order"]): Tensor {
  if (!order) return outputs[0]!;
  return ops.scope(() => {
    const byColumn = ops.transpose(outputs.length > 1 ? ops.concat(outputs, 1) : outputs[0]!, [1, 0]);
    const chosen = ops.gather(byColumn, ops.tensor(order.columns, [order.columns.length]));
    return ops.transpose(chosen, [1, 0]);
  });
}

/** The transpose of {@link inOrder}: the gradient at each reader's output, [U, outputs of the reader]. */
function outOfOrder(ops: Ops, { readers, order }: Attention, dRead: Tensor): Tensor[] {
  if (!order) return [dRead];
  return ops.scope(() => {
    const columns = ops.tensor(order.columns, [order.columns.length]);
    const summed = ops.segmentSum(ops.transpose(dRead, [1, 0]), columns, order.outputs);
    let first = 0;
    return readers.map(({ weight }) => {
      const own = ops.slice(summed, [first, 0], [weight.shape[0]!, -1]);
      first += weight.shape[0]!;
      return ops.transpose(own, [1, 0]);
    });
  });
}

export interface AttentionGradients {
  /** The gradient at what the linears computed, in the order head, then q, k, v, [U, 3 H e]. */
  dQkv: Tensor;
  /** The gradient at the normed rows, [U, d]; undefined unless needed. */
  dNormed: Tensor | undefined;
}

/** @param dy the gradient at what the heads add, [n, d] */
export function attentionBackward(
  ops: Ops,
  attention: Attention,
  rows: Rows,
  record: AttentionRecord,
  dy: Tensor,
  needsInput: boolean,
  gradients?: Gradients,
): AttentionGradients {
  const { tree, readout } = rows;
  const { readers, queryKey, dense } = attention;
  const dMixed = linearBackward(ops, dense, record.dense, dy, true, gradients)!;
  const dz = readout ? ops.segmentSum(dMixed, readout.rows, tree.rows) : dMixed; // [R, H e]
  const dTaken = unspread(ops, rows, ops.attendGradient(record.qkv, record.past, tree, dz));
  const dQkv = queryKeyBackward(ops, queryKey, record.read, dTaken, gradients);
  const dOutputs = outOfOrder(ops, attention, dQkv);
  const dInputs = readers.map((reader, i) =>
    linearBackward(ops, reader, record.readers[i]!, dOutputs[i]!, needsInput, gradients),
  );
  const dNormed = needsInput ? (dInputs as Tensor[]).reduce((sum, dx) => ops.add(sum, dx)) : undefined;
  return { dQkv, dNormed };
}

/**
 * Folds the norm into the readers, as one linear in the order head, then q, k, v, and, if the residual stream is centred,
 * centres the writer.
 * @returns the names of the folded block
 */
export function foldAttention(
  folding: Folding,
  names: BlockNames,
  family: Family,
  config: ModelConfig,
): BlockNames {
  const order = readersOrder(names, family, config);
  const readers = readerNames(names).map((name) => foldedReader(folding, name, names.norm1));
  if (config.norm === "layer") foldWriter(folding, names.dense);
  const { query: _query, key: _key, value: _value, ...others } = names;
  const queryKeyValue = names.queryKeyValue ?? `${names.query}+${names.key}+${names.value}`;
  foldTogether(folding, queryKeyValue, readers, order);
  return { ...others, queryKeyValue };
}

/** The rules of one linear whose rows are those of others in an order. */
function foldTogether(
  { ops, rules }: Folding,
  name: string,
  readers: readonly FoldedLinear[],
  order: Attention["order"],
): void {
  const arranged = (parts: readonly Tensor[]) => {
    const rows = parts.length > 1 ? ops.concat(parts, 0) : parts[0]!;
    return order ? ops.gather(rows, ops.tensor(order.columns, [order.columns.length])) : rows;
  };
  rules.set(`${name}.weight`, () => arranged(readers.map(({ weight }) => weight())));
  const biases = readers.flatMap(({ bias }) => bias ?? []);
  if (biases.length === 0) return;
  if (biases.length < readers.length) throw new Error(`only some of ${name} have a bias`);
  rules.set(`${name}.bias`, () => {
    const parts = biases.map((bias) => bias());
    const all = arranged(parts);
    if (!parts.includes(all)) ops.dispose(...parts);
    return all;
  });
}
