/**
 * Runs the clean prompt with every edge outside a circuit ablated. The input of destination v is then the residual stream
 * of ablated sources plus, for each source u with an edge to v in the circuit, u's output in this pass minus its ablated
 * one: the rows of the differences [sources, rows * d] that v reads. Only live nodes are computed: the others are ablated.
 */

import type { Ops, Tensor } from "@ft/backend";
import type { CircuitReads, Graph } from "@ft/graph";
import {
  activate,
  byHead,
  gatherNumbered,
  normalize,
  normalizeFinal,
  queryKeyForward,
  readPorts,
  sideBySide,
  treeOfLayer,
  writeChosenHeads,
  writeDifference,
} from "@ft/model";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import { portDestinations, portNumbers } from "../pairs/ports.ts";
import type { AblatedState, FirstLayer } from "./ablated-state.ts";

/** The unembedding's input at the last position of each pair, [B, d]. */
export function runCircuit(
  ops: Ops,
  { decoder, heads: matrices, config }: CircuitModel,
  state: AblatedState,
  graph: Graph,
  { live, reads }: CircuitReads,
): Tensor {
  const { layers, dModel } = config;
  const count = state.pairs.members.length;
  const input = (destinations: readonly number[], differences: Differences, ablated: Tensor) => {
    const read = destinations.map((destination) => reads[destination]!);
    const inputs = ops.addRows(ops.reshape(ablated, [-1]), differences, read);
    return ops.reshape(inputs, [destinations.length, -1, dModel]); // [destinations, rows, d]
  };
  // The last rows are those read out, of one tensor [M, c] or of each source [n, M * d].
  const leaves = (rows: Tensor) => ops.slice(rows, [rows.shape[0]! - count, 0], [-1, -1]);
  const leavesOfSources = (t: Tensor) => ops.slice(t, [0, t.shape[1]! - count * dModel], [-1, -1]);

  /** Queries, keys and values [M, 3 L e] of L heads, each port from its own input. */
  const readHeads = (layer: number, heads: readonly number[], differences: Differences) => {
    const destinations = portDestinations(graph, heads, layer);
    if (layer === 0 && state.first) {
      const clean = destinations.map((destination) => reads[destination]!.length);
      return readFirst(ops, state.first, heads, clean);
    }
    const inputs = input(destinations, differences, state.layers[layer]!.x);
    const { norm1, attention } = decoder.blocks[layer]!;
    const { xhat } = normalize(ops, norm1, inputs);
    return queryKeyForward(
      ops,
      attention.queryKey,
      readPorts(ops, matrices[layer]!, xhat, portNumbers(heads)),
    );
  };

  /** The output of heads to the residual stream minus the ablated one, [L, rows * d]. */
  const attend = (layer: number, heads: readonly number[], differences: Differences) => {
    const { past, z: ablated } = state.layers[layer]!;
    const shared = past && sideBySide(ops, gatherNumbered(ops, past, heads));
    const tree = { ...treeOfLayer(state.tree, decoder.blocks[layer]!.local), heads: heads.length };
    const z = ops.attend(readHeads(layer, heads, differences), shared, tree); // [M, L e]
    const own = byHead(ops, layer === layers - 1 ? leaves(z) : z, heads.length);
    const difference = ablated ? ops.subtract(own, gatherNumbered(ops, ablated, heads)) : own; // [L, rows, e]
    return ops.reshape(writeChosenHeads(ops, matrices[layer]!, difference, heads), [heads.length, -1]);
  };

  /** The MLP's output minus the ablated one, [1, rows * d]. */
  const feedForward = (layer: number, differences: Differences) => {
    const { norm2, mlp } = decoder.blocks[layer]!;
    const write = () => {
      if (layer === 0 && state.first?.activated) return writeDifference(ops, mlp, state.first.activated);
      const { mlpInput, activated: ablated } = state.layers[layer]!;
      const rows = ops.reshape(input([graph.mlpDestination(layer)], differences, mlpInput), [-1, dModel]);
      const activated = activate(ops, mlp, normalize(ops, norm2, rows).xhat); // [rows, m]
      if (!ablated) return ops.linear(activated, mlp.down.weight, mlp.down.bias);
      return writeDifference(ops, mlp, ops.subtract(activated, ablated));
    };
    return ops.reshape(write(), [1, -1]);
  };

  let differences: Differences = [state.input];
  for (let layer = 0; layer < layers; layer++) {
    const heads = liveHeads(graph, live, layer);
    differences = ops.scope(() => {
      const before = layer === layers - 1 ? differences.map(leavesOfSources) : differences;
      const attended = heads.length > 0 ? [...before, attend(layer, heads, differences)] : before;
      if (!live[graph.mlpSource(layer)]) return attended;
      return [...attended, feedForward(layer, graph.parallel ? before : attended)];
    });
  }
  const residual = input([graph.logitsDestination], differences, state.residual);
  return normalizeFinal(ops, decoder, ops.reshape(residual, [-1, dModel])).normed;
}

/** Outputs of live sources minus their ablated ones, [live sources, rows * d] in total, in their order. */
type Differences = readonly Tensor[];

/** The numbers of a layer's live heads, ascending. */
function liveHeads(graph: Graph, live: readonly boolean[], layer: number): number[] {
  const heads = Array.from({ length: graph.heads }, (_, head) => head);
  return heads.filter((head) => live[graph.headSource(layer, head)]);
}

/**
 * The first layer's ports read the clean input if their edge is in the circuit, otherwise the corrupted one.
 * @param clean 1 or 0 for each port
 */
function readFirst(
  ops: Ops,
  { qkv }: FirstLayer,
  heads: readonly number[],
  clean: readonly number[],
): Tensor {
  const size = qkv.corrupted.shape[2]! / 3;
  const mask = Float32Array.from({ length: clean.length * size }, (_, i) => clean[Math.trunc(i / size)]!);
  const difference = ops.multiply(
    gatherNumbered(ops, qkv.difference, heads),
    ops.tensor(mask, [heads.length, 1, 3 * size]),
  );
  return sideBySide(ops, ops.add(gatherNumbered(ops, qkv.corrupted, heads), difference));
}
