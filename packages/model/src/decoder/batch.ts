/** Token sequences laid out for one pass: the tokens all share once, the rest of each padded to one length. */
import type { Ops, Tensor } from "../backend/ops.ts";
import { type Decoder, embed, type Readout, type Run, readOut, runBlocks } from "./decoder.ts";
import { createLayout, type Layout, type Segment } from "./layout.ts";

/** A sequence and the positions whose next token is predicted. */
export interface SupervisedSequence {
  tokens: ArrayLike<number>;
  targets: readonly { position: number; token: number }[];
}

export interface Batch {
  /** Tokens every sequence begins with; may be empty. */
  prefix: Int32Array;
  /** The rest of every sequence, right-padded with token 0, [sequences * length]. */
  tokens: Int32Array;
  sequences: number;
  /** Tokens a sequence after the prefix, padding included. */
  length: number;
  /** Rows of `tokens` whose next token is predicted, in the order of the sequences. */
  readout: Int32Array;
  /** The token at each read-out row. */
  targets: Int32Array;
}

/**
 * Lays sequences out for one pass. The prefix is as long as all sequences agree, short of the first predicted
 * position of any; padding comes after a sequence's end, where causal attention lets no predicted row see it.
 *
 * @param sharePrefix false runs every sequence in full; the results are the same. @default true
 */
export function layOut(sequences: readonly SupervisedSequence[], sharePrefix = true): Batch {
  const shared = sharePrefix ? sharedPrefix(sequences) : 0;
  const length = Math.max(...sequences.map(({ tokens }) => tokens.length)) - shared;
  const tokens = new Int32Array(sequences.length * length);
  const readout: number[] = [];
  const targets: number[] = [];
  sequences.forEach((sequence, n) => {
    for (let s = shared; s < sequence.tokens.length; s++)
      tokens[n * length + s - shared] = sequence.tokens[s]!;
    for (const { position, token } of sequence.targets) {
      readout.push(n * length + position - shared);
      targets.push(token);
    }
  });
  return {
    prefix: Int32Array.from(Array.from(sequences[0]!.tokens).slice(0, shared)),
    tokens,
    sequences: sequences.length,
    length,
    readout: Int32Array.from(readout),
    targets: Int32Array.from(targets),
  };
}

/** How many leading tokens all sequences share, short of the first predicted position of any. */
export function sharedPrefix(sequences: readonly SupervisedSequence[]): number {
  const first = sequences[0]!.tokens;
  let shared = Math.min(...sequences.flatMap(({ targets }) => targets.map(({ position }) => position)));
  for (const { tokens } of sequences) {
    let agree = 0;
    while (agree < shared && tokens[agree] === first[agree]) agree++;
    shared = agree;
  }
  return shared;
}

export interface BatchRun {
  layout: Layout;
  run: Run;
  readout: Readout;
  /** All tokens of the pass, int32 [R]. */
  tokens: Tensor;
}

/** Runs a batch and reads out the rows it predicts from. */
export function runBatch(ops: Ops, decoder: Decoder, batch: Batch, record = false): BatchRun {
  const layout = createLayout(ops, decoder.config, segmentsOf(batch));
  const tokens = ops.tensor(Int32Array.from([...batch.prefix, ...batch.tokens]), [layout.rows]);
  const rows = batch.readout.map((row) => batch.prefix.length + row);
  const everyRow = rows.length === layout.rows && rows.every((row, i) => row === i);
  const run = runBlocks(ops, decoder, layout, embed(ops, decoder, tokens), {
    record,
    ...(!everyRow && { readout: ops.tensor(rows, [rows.length]) }),
  });
  return { layout, run, readout: readOut(ops, decoder, run.x), tokens };
}

function segmentsOf({ prefix, sequences, length }: Batch): Segment[] {
  const own = { sequences, length };
  return prefix.length > 0 ? [{ sequences: 1, length: prefix.length }, own] : [own];
}

/** Logits at the batch's read-out rows, [readouts, vocabulary]. */
export function batchLogits(ops: Ops, decoder: Decoder, batch: Batch): Tensor {
  return ops.scope(() => runBatch(ops, decoder, batch).readout.logits);
}
