/**
 * What the pass of a circuit needs besides the circuit; the same for all circuits. If every source were ablated, a
 * destination would read the residual stream kept here; a circuit's pass adds to it, for each of the destination's edges in
 * the circuit, the source's output minus the one it carries if ablated.
 */
import type { Ops, Tensor } from "@ft/backend";
import {
  addPositions,
  byHead,
  createTree,
  type Decoder,
  embed,
  type FinalNorm,
  mlpOnDistinctRows,
  type RowTree,
  spread,
} from "@ft/model";
import type { Ablation } from "../counterfactual/ablations.ts";
import type { MeanActivations } from "../counterfactual/means.ts";
import { type PairTree, rowParents, rowPositions } from "../pairs/pair-tree.ts";
import { CLEAN, CORRUPTED, layOutPairs, rowsOf, runPairs } from "../pairs/run-pairs.ts";

/** In the last layer, where only the last positions are read, rows are B instead of M. */
export interface AblatedLayer {
  /** The residual stream that enters the layer, [M, d]. */
  x: Tensor;
  /** Each head's queries, keys and values of the rows that clean and corrupted share, before rotation, [H, P, 3 e]. */
  past?: Tensor;
  /** Each ablated head's mixed values, [H, rows, e]; absent if its output is 0. */
  z?: Tensor;
  /** The residual stream that the MLP's norm reads, [rows, d]. */
  mlpInput: Tensor;
  /** The ablated MLP's hidden layer after its activation, [rows, m]; absent if its output, bias included, is 0. */
  activated?: Tensor;
}

/** The results of destinations that read only the input, from a clean and from a corrupted input. */
export interface FirstLayer {
  /** Each head's queries, keys and values before rotation, [H, M, 3 e]: corrupted, and clean minus corrupted. */
  qkv: { corrupted: Tensor; difference: Tensor };
  /** The MLP's hidden layer after its activation on the clean prompt minus the corrupted one, [rows, m]; of parallel blocks. */
  activated?: Tensor;
}

export interface AblatedState {
  pairs: PairTree;
  /** A circuit's M rows, with the P shared ones as past rows. */
  tree: RowTree;
  /** The clean token embedding minus the ablated one, [1, M * d]. */
  input: Tensor;
  /** Known for patching. */
  first?: FirstLayer;
  layers: AblatedLayer[];
  /** The residual stream before the final norm at the last positions, [B, d]. */
  residual: Tensor;
}

/** A circuit's state, and the whole model's final rows on the clean and the corrupted prompts. */
export interface AblatedPairs {
  state: AblatedState;
  final: FinalNorm;
}

/**
 * The state of a tree's pairs; it belongs to the calling scope.
 * @param pairs for an ablation other than patching, grown without merging the two prompts' rows: see growTrees
 * @param means needed by the two means
 */
export function ablatedPairs(
  ops: Ops,
  decoder: Decoder,
  pairs: PairTree,
  ablation: Ablation,
  means?: MeanActivations,
): AblatedPairs {
  if (ablation === "patching") return corruptedState(ops, decoder, pairs);
  const { final } = runPairs(ops, decoder, layOutPairs(ops, decoder, pairs, []), () => undefined);
  return { state: constantState(ops, decoder, pairs, means), final };
}

/** An edge carries the corrupted prompt's activation, so the residual stream is that of the corrupted pass. */
function corruptedState(ops: Ops, decoder: Decoder, pairs: PairTree): AblatedPairs {
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
    const corrupted: AblatedLayer = {
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
  const state: AblatedState = {
    pairs,
    tree: createTree(ops, decoder.config, rowParents(pairs, 0, 1), shared),
    input: ops.reshape(ops.scale(laidOut.embedded.nodeDifference, -1), [1, -1]),
    first: run.visited[0]!.first!,
    layers: run.visited.map(({ corrupted }) => corrupted),
    residual: rowsOf(ops, run.x, CORRUPTED, count),
  };
  return { state, final };
}

/**
 * An edge carries its source's mean, the same for all prompts, or 0 without means. What belongs to no source, attention's
 * output bias, stays.
 */
function constantState(
  ops: Ops,
  decoder: Decoder,
  pairs: PairTree,
  means: MeanActivations | undefined,
): AblatedState {
  const { heads, dModel, parallel } = decoder.config;
  const [nodes, count] = [pairs.clean.length, pairs.members.length];
  const positions = rowPositions(pairs);
  const zero = ops.tensor(new Float32Array(dModel), [1, dModel]);
  const input = means?.input ?? zero;
  /** The row of each of the last `rows` nodes among [n, c]. */
  const spreadOut = (t: Tensor, rows: number) => {
    const own = positions.subarray(nodes - rows);
    const index = t.shape[0] === 1 ? new Int32Array(rows) : own;
    return ops.gather(t, ops.tensor(index, [rows]));
  };
  // The rows of all positions if those are learned, which no ablation changes.
  const length = input.shape[0] === 1 ? Math.max(...positions) + 1 : input.shape[0]!;
  const depths = Int32Array.from({ length }, (_, position) => position);
  let x = decoder.embedding.positions ? addPositions(ops, decoder, input, depths) : input; // [n, d]
  const layers = decoder.blocks.map(({ attention, mlp }, layer): AblatedLayer => {
    const mean = means?.layers[layer];
    const rows = layer === decoder.blocks.length - 1 ? count : nodes;
    const { dense } = attention;
    const attended = mean ? ops.linear(mean.z, dense.weight, dense.bias) : dense.bias;
    const between = attended ? ops.add(x, attended) : x;
    const ablated: AblatedLayer = {
      x: spreadOut(x, nodes),
      mlpInput: spreadOut(parallel ? x : between, rows),
      ...(mean && {
        z: byHead(ops, spreadOut(mean.z, rows), heads),
        activated: spreadOut(mean.activated, rows),
      }),
    };
    x = mean ? ops.add(between, ops.linear(mean.activated, mlp.down.weight, mlp.down.bias)) : between;
    return ablated;
  });
  const clean = embed(ops, decoder, ops.tensor(pairs.clean, [nodes]));
  return {
    pairs,
    tree: createTree(ops, decoder.config, pairs.parents),
    input: ops.reshape(ops.subtract(clean, spreadOut(input, nodes)), [1, -1]),
    layers,
    residual: spreadOut(x, count),
  };
}
