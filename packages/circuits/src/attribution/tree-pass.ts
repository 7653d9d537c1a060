/** A pass over a tree of pairs: what ablation changes in the output of every source, and what the gradients need. */
import type { Ops, Tensor } from "@ft/backend";
import { type BlockOutput, type BlockRecord, type FinalNorm, mlpOnDistinctRows, spread } from "@ft/model";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import type { PairTree } from "../pairs/pair-tree.ts";
import { CLEAN, CORRUPTED, layOutPairs, rowsOf, runPairs } from "../pairs/run-pairs.ts";
import { pathRecord, pathRows } from "./path-record.ts";
import {
  type AblatedNodes,
  blockDifferences,
  type SourceDifferences,
  sourceDifferences,
} from "./source-differences.ts";

/** The clean prompts in a layer; in the last one, which returns only the last positions, rows are B instead of M. */
export interface CleanLayer {
  /** Queries, keys and values before rotation of the rows that clean and corrupted share, [P, 3 H e]. */
  past?: Tensor;
  /** The same of every node, [M, 3 H e]. */
  qkv: Tensor;
  /** Each head's mixed values side by side, [rows, H e]. */
  z: Tensor;
  /** The residual stream that enters the layer, [M, d]; that the MLP's norm reads, and that leaves the layer, [rows, d]. */
  x: Tensor;
  mlpInput: Tensor;
  out: Tensor;
  /** The MLP's hidden layer after its activation, [rows, m]. */
  activated: Tensor;
}

export interface TreePass {
  tree: PairTree;
  /** The unembedding's input of the clean prompts' and the corrupted ones' last positions, each [B, d]. */
  normed: Record<"clean" | "corrupted", Tensor>;
  /** Whether ablation changes anything. */
  differs: boolean;
  differences: SourceDifferences;
  /** The path's rows: K points of M nodes. */
  path: { points: number; records: BlockRecord[]; final: FinalNorm };
  clean: CleanLayer[];
}

/**
 * @param points fractions of the way from the ablated to the clean embeddings that are computed too
 * @param keepClean whether to return the clean prompts' layers
 * @param constants what sources are ablated to. @default their outputs on the corrupted prompts
 */
export function runTree(
  ops: Ops,
  model: CircuitModel,
  tree: PairTree,
  points: readonly number[],
  keepClean: boolean,
  constants?: AblatedNodes,
): TreePass {
  const { decoder } = model;
  const count = tree.members.length;
  const laidOut = layOutPairs(ops, decoder, tree, points, constants?.input);
  const { embedded } = laidOut;
  const rows = pathRows(ops, decoder.config, tree, embedded, points.length);
  const { run, final } = runPairs(ops, decoder, laidOut, (layer, output, x) => ({
    ...(points.length > 0 && { record: pathRecord(ops, rows, output.record, decoder.blocks[layer]!.local) }),
    ...(keepClean && { clean: cleanLayer(ops, tree, output, x) }),
    differences: blockDifferences(ops, model, layer, tree, output.record, constants),
  }));
  const blocks = run.visited.map(({ differences }) => differences);
  const onPath = (t: Tensor) => ops.slice(t, [2 * count, 0], [-1, -1]);
  const { normalized, normed } = final;
  const pass: TreePass = {
    tree,
    normed: {
      clean: rowsOf(ops, normed, CLEAN, count),
      corrupted: rowsOf(ops, normed, CORRUPTED, count),
    },
    differs: embedded.differing > 0,
    differences: sourceDifferences(ops, tree, embedded, blocks),
    path: {
      points: points.length,
      records: run.visited.flatMap(({ record }) => record ?? []),
      final: {
        normalized: { xhat: onPath(normalized.xhat), rstd: onPath(normalized.rstd) },
        normed: onPath(normed),
      },
    },
    clean: run.visited.flatMap(({ clean }) => clean ?? []),
  };
  ops.dispose(...blocks);
  return pass;
}

function cleanLayer(
  ops: Ops,
  { clean: { length: nodes }, shared, members }: PairTree,
  { x: out, mlpInput, record }: BlockOutput,
  x: Tensor,
): CleanLayer {
  const { attention, mlp, rows: blockRows } = record;
  const rows = blockRows.readout ? members.length : nodes;
  const own = (t: Tensor, count: number) => rowsOf(ops, t, CLEAN, count);
  const entering = own(spread(ops, blockRows, x), nodes);
  const read = blockRows.readout ? ops.slice(entering, [nodes - rows, 0], [-1, -1]) : entering;
  return {
    ...(shared.length > 0 && { past: ops.slice(attention.qkv, [2 * nodes, 0], [shared.length, -1]) }),
    qkv: own(attention.qkv, nodes),
    z: own(attention.z, rows),
    x: entering,
    mlpInput: record.between ? own(mlpInput, rows) : read,
    out: own(out, rows),
    activated: own(mlpOnDistinctRows(record) ? spread(ops, blockRows, mlp.down.x) : mlp.down.x, rows),
  };
}
