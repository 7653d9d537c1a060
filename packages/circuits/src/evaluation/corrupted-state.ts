/** Everything that the pass of a circuit needs from the clean and the corrupted prompt; the same for all circuits. */
import type { AttentionTree, Ops, Tensor } from "@ft/backend";
import { byHead, createTree, type Decoder, type FinalNorm, mlpOnDistinctRows, spread } from "@ft/model";
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
  /** The residual stream that the MLP's norm reads, [rows, d]. */
  mlpInput: Tensor;
  /** The MLP's hidden layer after its activation, [rows, m]. */
  activated: Tensor;
}

/** The results of destinations that read only the input, from a clean and from a corrupted input. */
export interface FirstLayer {
  /** Each head's queries, keys and values before rotation, [H, M, 3 e]: corrupted, and clean minus corrupted. */
  qkv: { corrupted: Tensor; difference: Tensor };
  /** The MLP's hidden layer after its activation on the clean prompt minus the corrupted one, [rows, m]; of parallel blocks. */
  activated?: Tensor;
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
  const { run, final } = runPairs(ops, decoder, laidOut, (layer, { record, mlpInput }, x) => {
    const { attention, mlp, rows: blockRows } = record;
    const all = (t: Tensor) => spread(ops, blockRows, t);
    const activated = mlpOnDistinctRows(record) ? all(mlp.down.x) : mlp.down.x;
    const rows = blockRows.readout ? count : nodes;
    const readOut = (t: Tensor) => (blockRows.readout ? ops.slice(t, [nodes - count, 0], [-1, -1]) : t);
    const entering = rowsOf(ops, all(x), CORRUPTED, nodes);
    const corrupted: CorruptedLayer = {
      x: entering,
      ...(shared > 0 && { past: heads(ops.slice(attention.qkv, [2 * nodes, 0], [-1, -1])) }),
      z: heads(rowsOf(ops, attention.z, CORRUPTED, rows)),
      mlpInput: record.between ? rowsOf(ops, mlpInput, CORRUPTED, rows) : readOut(entering),
      activated: rowsOf(ops, activated, CORRUPTED, rows),
    };
    if (layer > 0) return { corrupted };
    const difference = (t: Tensor, of: number) =>
      ops.subtract(rowsOf(ops, t, CLEAN, of), rowsOf(ops, t, CORRUPTED, of));
    const first: FirstLayer = {
      qkv: {
        corrupted: heads(rowsOf(ops, attention.qkv, CORRUPTED, nodes)),
        difference: heads(difference(attention.qkv, nodes)),
      },
      ...(!record.between && { activated: difference(activated, rows) }),
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
