/** All that a circuit's run takes from the corrupted prompt; it does not depend on the circuit. */
import { createLayout, type Decoder, type Layout, type Ops, type Tensor } from "@ft/model";
import type { PairBatch } from "../pairs/pair-batch.ts";
import { CLEAN, CORRUPTED, type PairRun, runPairs } from "../pairs/run-pairs.ts";

/** In the last layer, where only the last position is read, rows are B instead of B * S. */
export interface CorruptedLayer {
  /** The residual stream that enters the layer, [B * S, d]. */
  x: Tensor;
  /** Each head's mixed values, [H, rows, e]. */
  z: Tensor;
  /** The MLP's hidden layer after its activation, [rows, m]. */
  activated: Tensor;
}

export interface CorruptedState {
  run: PairRun;
  /** The S rows of every pair that clean and corrupted do not share. */
  layout: Layout;
  /** Clean minus corrupted token embedding, [1, B * S * d]. */
  input: Tensor;
  layers: CorruptedLayer[];
}

/** The state belongs to the scope it is called in. */
export function corruptedState(ops: Ops, decoder: Decoder, batch: PairBatch): CorruptedState {
  const { heads } = decoder.config;
  const run = runPairs(ops, decoder, batch, (_layer, { z, linears }, x, pick) => {
    const mixed = pick(z, CORRUPTED);
    return {
      x: pick(x, CORRUPTED),
      z: ops.transpose(ops.reshape(mixed, [mixed.shape[0]!, heads, -1]), [1, 0, 2]),
      activated: pick(linears.down.x, CORRUPTED),
    };
  });
  const sequences = batch.members.length;
  const layout = createLayout(ops, decoder.config, [{ sequences, length: batch.variantLength }], run.start);
  const input = ops.reshape(ops.subtract(run.embeddings[CLEAN], run.embeddings[CORRUPTED]), [1, -1]);
  return { run, layout, input, layers: run.visited };
}
