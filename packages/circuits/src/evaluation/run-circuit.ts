/**
 * Runs the clean prompt with every edge outside a circuit carrying the corrupted activation. The input of destination
 * v is then the corrupted residual stream plus, for each source u whose edge to v is in the circuit, u's output in this
 * run minus its output in the corrupted one: of the differences [sources, rows * d], those rows that v reads. Only live
 * nodes are computed: the others' differences are 0, or change nothing.
 */

import type { Ops, Tensor } from "@ft/backend";
import type { CircuitReads, Graph } from "@ft/graph";
import { normalizeFinal } from "@ft/model";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import { byHead, sideBySide } from "../pairs/heads.ts";
import { portDestinations, portNumbers } from "../pairs/ports.ts";
import type { CorruptedState } from "./corrupted-state.ts";

/** What the unembedding reads at the last position of each pair, [B, d]. */
export function runCircuit(
  ops: Ops,
  { decoder, heads: matrices, config }: CircuitModel,
  state: CorruptedState,
  graph: Graph,
  { live, reads }: CircuitReads,
): Tensor {
  const { layers, dModel } = config;
  const count = state.pairs.members.length;
  const { shape, blocks } = decoder;
  const normalize = (x: Tensor) => ops.normalize(x, shape.epsilon, shape.centred).xhat;
  const input = (destinations: readonly number[], differences: Differences, corrupted: Tensor) => {
    const chosen = destinations.map((destination) => reads[destination]!);
    const inputs = ops.addRows(ops.reshape(corrupted, [-1]), differences, chosen);
    return ops.reshape(inputs, [destinations.length, -1, dModel]); // [destinations, rows, d]
  };
  // The last rows are those read out, of one tensor [M, c] or of each source [n, M * d].
  const leaves = (rows: Tensor) => ops.slice(rows, [rows.shape[0]! - count, 0], [-1, -1]);
  const leavesOfSources = (t: Tensor) => ops.slice(t, [0, t.shape[1]! - count * dModel], [-1, -1]);

  /** Queries, keys and values [M, 3 L e] of L heads, whose ports read inputs of their own. */
  const readHeads = (layer: number, heads: readonly number[], differences: Differences) => {
    const destinations = portDestinations(graph, heads, layer);
    if (layer === 0) {
      const clean = destinations.map((destination) => reads[destination]!.length);
      return readFirst(ops, state, heads, clean);
    }
    const { readers, readerBias } = matrices[layer]!;
    const ports = portNumbers(heads);
    const inputs = input(destinations, differences, state.layers[layer]!.x);
    const read = ops.matMulChosen(normalize(inputs), readers, ports, true); // [3 L, M, e]
    const bias = pick(ops, ops.reshape(readerBias, readers.shape.slice(0, 2)), ports);
    return ops.add(sideBySide(ops, read), ops.reshape(bias, [-1]));
  };

  /** What heads add to the residual stream, minus the corrupted run's, [L, rows * d]. */
  const attend = (layer: number, heads: readonly number[], differences: Differences) => {
    const { past, z: corrupted } = state.layers[layer]!;
    const shared = past && sideBySide(ops, pick(ops, past, heads));
    const tree = { ...state.tree, heads: heads.length };
    const z = ops.attend(readHeads(layer, heads, differences), shared, tree); // [M, L e]
    const own = byHead(ops, layer === layers - 1 ? leaves(z) : z, heads.length);
    const difference = ops.subtract(own, pick(ops, corrupted, heads)); // [L, rows, e]
    const written = ops.matMulChosen(difference, matrices[layer]!.writers, heads);
    return ops.reshape(written, [heads.length, -1]);
  };

  /** What the MLP adds, minus the corrupted run's, [1, rows * d]. */
  const feedForward = (layer: number, before: Differences, x: Tensor) => {
    const { up, down } = blocks[layer]!;
    const activate = () => {
      if (layer === 0) return state.first.activated;
      const rows = ops.reshape(input([graph.mlpDestination(layer)], before, x), [-1, dModel]);
      const activated = ops.gelu(ops.linear(normalize(rows), up.weight, up.bias));
      return ops.subtract(activated, state.layers[layer]!.activated); // [rows, m]
    };
    return ops.reshape(ops.linear(activate(), down.weight), [1, -1]);
  };

  let differences: Differences = [state.input];
  for (let layer = 0; layer < layers; layer++) {
    const heads = liveHeads(graph, live, layer);
    differences = ops.scope(() => {
      const last = layer === layers - 1;
      const { x } = state.layers[layer]!;
      const before = last ? differences.map(leavesOfSources) : differences;
      return [
        ...before,
        ...(heads.length > 0 ? [attend(layer, heads, differences)] : []),
        ...(live[graph.mlpSource(layer)] ? [feedForward(layer, before, last ? leaves(x) : x)] : []),
      ];
    });
  }
  const residual = input([graph.logitsDestination], differences, state.residual);
  return normalizeFinal(ops, decoder, ops.reshape(residual, [-1, dModel])).normed;
}

/** Outputs of live sources minus those of the corrupted run, [live sources, rows * d] in all, in their order. */
type Differences = readonly Tensor[];

/** The numbers of a layer's live heads, ascending. */
function liveHeads(graph: Graph, live: readonly boolean[], layer: number): number[] {
  const heads = Array.from({ length: graph.heads }, (_, head) => head);
  return heads.filter((head) => live[graph.headSource(layer, head)]);
}

/** Those of [n, ...] with the numbers given, ascending. */
function pick(ops: Ops, t: Tensor, numbers: readonly number[]): Tensor {
  if (numbers.length === t.shape[0]) return t;
  return ops.gather(t, ops.tensor(Int32Array.from(numbers), [numbers.length]));
}

/**
 * The first layer's ports read the clean input where their edge is in the circuit, and else the corrupted one.
 * @param clean of each port 1 or 0
 */
function readFirst(
  ops: Ops,
  { first: { qkv } }: CorruptedState,
  heads: readonly number[],
  clean: readonly number[],
): Tensor {
  const size = qkv.corrupted.shape[2]! / 3;
  const mask = Float32Array.from({ length: clean.length * size }, (_, i) => clean[Math.trunc(i / size)]!);
  const difference = ops.multiply(
    pick(ops, qkv.difference, heads),
    ops.tensor(mask, [heads.length, 1, 3 * size]),
  );
  return sideBySide(ops, ops.add(pick(ops, qkv.corrupted, heads), difference));
}
