/** Token sequences laid out for one pass: a tree of rows, in which sequences share their common prefixes. */
import type { AttentionTree, Ops, Tensor } from "@ft/backend";
import { type Decoder, type Run, runBlocks } from "./decoder.ts";
import { embed } from "./parts/embedding.ts";
import { type Readout, readOut } from "./parts/readout.ts";
import { createTree, PrefixTree, ROOT } from "./tree.ts";

/** A sequence and the positions whose next token is predicted. */
export interface SupervisedSequence {
  tokens: ArrayLike<number>;
  targets: readonly { position: number; token: number }[];
}

/** R rows. */
export interface Batch {
  /** The token of every row, [R]. */
  tokens: Int32Array;
  /** Each row's parent, ROOT for none, [R]. */
  parents: Int32Array;
  /** Rows whose next token is predicted, in the order of the sequences. */
  readout: Int32Array;
  /** The token at each read-out row. */
  targets: Int32Array;
  /** Whether rows that are equal are computed once: common prefixes, and in the first block equal tokens. */
  shared: boolean;
}

/**
 * Lays out sequences of any lengths for one pass: sequences that begin with the same tokens share those rows.
 *
 * @param share whether rows that are equal are computed once; without dropout the results do not depend on it.
 * @default true
 */
export function layOut(sequences: readonly SupervisedSequence[], share = true): Batch {
  const tree = new PrefixTree(share);
  const tokens: number[] = [];
  const readout: number[] = [];
  const targets: number[] = [];
  for (const sequence of sequences) {
    const rows: number[] = [];
    let row = ROOT;
    for (let position = 0; position < sequence.tokens.length; position++) {
      const token = sequence.tokens[position]!;
      row = tree.step(row, token);
      tokens[row] = token;
      rows.push(row);
    }
    for (const { position, token } of sequence.targets) {
      readout.push(rows[position]!);
      targets.push(token);
    }
  }
  return {
    tokens: Int32Array.from(tokens),
    parents: Int32Array.from(tree.parents),
    readout: Int32Array.from(readout),
    targets: Int32Array.from(targets),
    shared: share,
  };
}

export interface BatchRun {
  tree: AttentionTree;
  run: Run;
  readout: Readout;
  /** The tokens on which the first block runs, int32 [U]: distinct ones, or all of a batch that shares nothing. */
  tokens: Tensor;
}

/** Runs a batch and reads out the rows it predicts from. */
export function runBatch(ops: Ops, decoder: Decoder, batch: Batch, record = false): BatchRun {
  const tree = createTree(ops, decoder.config, batch.parents);
  const { values, index } = batch.shared ? distinct(batch.tokens) : { values: batch.tokens };
  const tokens = ops.tensor(values, [values.length]);
  const everyRow = batch.readout.length === tree.rows && batch.readout.every((row, i) => row === i);
  const run = runBlocks(ops, decoder, tree, embed(ops, decoder, tokens), {
    record,
    ...(index && { repeat: { index: ops.tensor(index, [index.length]), count: values.length } }),
    ...(!everyRow && { readout: ops.tensor(batch.readout, [batch.readout.length]) }),
  });
  return { tree, run, readout: readOut(ops, decoder, run.x), tokens };
}

/** The distinct numbers in order of appearance, and the index of each number among them. */
export function distinct(numbers: Int32Array): { values: Int32Array; index: Int32Array } {
  const places = new Map<number, number>();
  const index = numbers.map((number) => {
    const place = places.get(number) ?? places.size;
    places.set(number, place);
    return place;
  });
  return { values: Int32Array.from(places.keys()), index };
}

/** Logits at the batch's read-out rows, [readouts, vocabulary]. */
export function batchLogits(ops: Ops, decoder: Decoder, batch: Batch): Tensor {
  return ops.scope(() => runBatch(ops, decoder, batch).readout.logits);
}
