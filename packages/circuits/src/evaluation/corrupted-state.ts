/** All that a circuit's run takes from the clean and the corrupted prompt; it does not depend on the circuit. */
import type { AttentionTree, Ops, Tensor } from "@ft/backend";
import { createTree, type Decoder, type FinalNorm } from "@ft/model";
import { byHead } from "../pairs/heads.ts";
import { type PairTree, rowParents } from "../pairs/pair-tree.ts";
import { CLEAN, CORRUPTED, layOutPairs, rowsOf, runPairs } from "../pairs/run-pairs.ts";

/** In the last layer, where only the last positions are read, rows are B instead of M. */
export interface CorruptedLayer {
  /** The residual stream that enters the layer, [M, d]. */
  x: Tensor;
  /** Each head's queries, keys and values of the rows that clean and corrupted share, before rotation, [H, P, 3 e]. */
  past?: Tensor;
  /** Each head's mixed values, [H, rows, e]. */
  z: Tensor;
  /** The MLP's hidden layer after its activation, [rows, m]. */
  activated: Tensor;
}

/** What the first layer computes from a clean and from a corrupted input: its destinations read nothing else. */
export interface FirstLayer {
  /** Each head's queries, keys and values before rotation, [H, M, 3 e]: corrupted, and clean minus corrupted. */
  qkv: { corrupted: Tensor; difference: Tensor };
  /** The MLP's hidden layer after its activation on the clean prompt minus the corrupted one, [rows, m]. */
  activated: Tensor;
}

export interface CorruptedState {
  pairs: PairTree;
  /** A circuit's M rows, with the P shared ones as past rows. */
  tree: AttentionTree;
  /** Clean minus corrupted token embedding, [1, M * d]. */
  input: Tensor;
  first: FirstLayer;
  layers: CorruptedLayer[];
  final: FinalNorm;
  /** The residual stream before the final LayerNorm at the last positions of the corrupted prompts, [B, d]. */
  residual: Tensor;
}

/** The state belongs to the scope it is called in. */
export function corruptedState(ops: Ops, decoder: Decoder, pairs: PairTree): CorruptedState {
  const [nodes, shared, count] = [pairs.clean.length, pairs.shared.length, pairs.members.length];
  const heads = (t: Tensor) => byHead(ops, t, decoder.config.heads);
  const laidOut = layOutPairs(ops, decoder, pairs, []);
  const { run, final } = runPairs(ops, decoder, laidOut, (layer, record, x) => {
    const { repeat, readout, qkv } = record;
    const spread = (t: Tensor) => (repeat ? ops.gather(t, repeat.index) : t);
    const activated = readout ? record.linears.down.x : spread(record.linears.down.x);
    const rows = readout ? count : nodes;
    const corrupted: CorruptedLayer = {
      x: rowsOf(ops, spread(x), CORRUPTED, nodes),
      ...(shared > 0 && { past: heads(ops.slice(qkv, [2 * nodes, 0], [-1, -1])) }),
      z: heads(rowsOf(ops, record.z, CORRUPTED, rows)),
      activated: rowsOf(ops, activated, CORRUPTED, rows),
    };
    if (layer > 0) return { corrupted };
    const difference = (t: Tensor, of: number) =>
      ops.subtract(rowsOf(ops, t, CLEAN, of), rowsOf(ops, t, CORRUPTED, of));
    const first: FirstLayer = {
      qkv: {
        corrupted: heads(rowsOf(ops, qkv, CORRUPTED, nodes)),
        difference: heads(difference(qkv, nodes)),
      },
      activated: difference(activated, rows),
    };
    return { corrupted, first };
  });
  return {
    pairs,
    tree: createTree(ops, decoder.config, rowParents(pairs, 0, 1), shared),
    input: ops.reshape(ops.scale(laidOut.embedded.nodeDifference, -1), [1, -1]),
    first: run.visited[0]!.first!,
    layers: run.visited.map(({ corrupted }) => corrupted),
    final,
    residual: rowsOf(ops, run.x, CORRUPTED, count),
  };
}
