/** Token sequences laid out for one pass: a tree of rows, in which sequences share their common prefixes. */
import type { AttentionTree, Ops, Tensor } from "@ft/backend";
import { type Decoder, type Run, runBlocks } from "./decoder.ts";
import { addPositions, embed } from "./parts/embedding.ts";
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
  /** Each row's position in its sequence, from 0, [R]. */
  positions: Int32Array;
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
  const positions: number[] = [];
  const readout: number[] = [];
  const targets: number[] = [];
  for (const sequence of sequences) {
    const rows: number[] = [];
    let row = ROOT;
    for (let position = 0; position < sequence.tokens.length; position++) {
      const token = sequence.tokens[position]!;
      row = tree.step(row, token);
      tokens[row] = token;
      positions[row] = position;
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
    positions: Int32Array.from(positions),
    readout: Int32Array.from(readout),
    targets: Int32Array.from(targets),
    shared: share,
  };
}

export interface BatchRun {
  tree: AttentionTree;
  run: Run;
  readout: Readout;
  /** What the first block runs on: distinct rows, or all of a batch that shares nothing. */
  first: {
    /** Int32 [U]. */
    tokens: Tensor;
    positions: Int32Array;
  };
}

/** Runs a batch and reads out the rows it predicts from. */
export function runBatch(ops: Ops, decoder: Decoder, batch: Batch, record = false): BatchRun {
  const tree = createTree(ops, decoder.config, batch.parents);
  const distinct = batch.shared ? distinctRows(decoder, batch.tokens, batch.positions) : undefined;
  const { tokens: values, positions } = distinct ?? batch;
  const tokens = ops.tensor(values, [values.length]);
  const everyRow = batch.readout.length === tree.rows && batch.readout.every((row, i) => row === i);
  const x = addPositions(ops, decoder, embed(ops, decoder, tokens), positions);
  const run = runBlocks(ops, decoder, tree, x, {
    record,
    ...(distinct && {
      repeat: { index: ops.tensor(distinct.index, [distinct.index.length]), count: values.length },
    }),
    ...(!everyRow && { readout: ops.tensor(batch.readout, [batch.readout.length]) }),
  });
  return { tree, run, readout: readOut(ops, decoder, run.x), first: { tokens, positions } };
}

/** The distinct rows of a first block, in order of appearance. */
export interface DistinctRows {
  /** [U]. */
  tokens: Int32Array;
  /** A position of each; the position if positions are learned. */
  positions: Int32Array;
  /** The distinct row of each row, [R]. */
  index: Int32Array;
}

/** Before attention rows are alike if their tokens are and, where positions are learned, their positions. */
export function distinctRows(
  { embedding }: Pick<Decoder, "embedding">,
  tokens: Int32Array,
  positions: Int32Array,
): DistinctRows {
  const kinds = embedding.weight.shape[0]!;
  const keyOf = (row: number) =>
    embedding.positions ? positions[row]! * kinds + tokens[row]! : tokens[row]!;
  const places = new Map<number, number>();
  const rows: number[] = [];
  const index = tokens.map((_, row) => {
    const key = keyOf(row);
    const place = places.get(key) ?? rows.push(row) - 1;
    places.set(key, place);
    return place;
  });
  return {
    tokens: Int32Array.from(rows, (row) => tokens[row]!),
    positions: Int32Array.from(rows, (row) => positions[row]!),
    index,
  };
}

/** Logits at the batch's read-out rows, [readouts, vocabulary]. */
export function batchLogits(ops: Ops, decoder: Decoder, batch: Batch): Tensor {
  return ops.scope(() => runBatch(ops, decoder, batch).readout.logits);
}
