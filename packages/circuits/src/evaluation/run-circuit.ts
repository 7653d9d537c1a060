/**
 * Runs the clean prompt with every edge outside a circuit carrying the corrupted activation. The input of destination
 * v is then the corrupted residual stream plus, for each source u whose edge to v is in the circuit, u's output in this
 * run minus its output in the corrupted one: of the differences [sources, rows * d], those rows that v reads.
 */
import type { EdgeSet, Graph } from "@ft/artifacts";
import { normalizeFinal, type Ops, type Tensor } from "@ft/model";
import { type CircuitModel, headOutputs } from "../pairs/circuit-model.ts";
import { portDestinations } from "../pairs/ports.ts";
import type { CorruptedState } from "./corrupted-state.ts";

/** What the unembedding reads at the last position of each pair, [B, d]. */
export function runCircuit(
  ops: Ops,
  { decoder, heads: matrices, config }: CircuitModel,
  state: CorruptedState,
  graph: Graph,
  circuit: EdgeSet,
): Tensor {
  const { layers, heads, dModel } = config;
  const count = state.pairs.members.length;
  const { shape, blocks } = decoder;
  const normalize = (x: Tensor) => ops.normalize(x, shape.epsilon, shape.centred).xhat;
  const input = (destinations: readonly number[], differences: Differences, corrupted: Tensor) => {
    const sources = destinations.map((destination) => sourcesInCircuit(graph, circuit, destination));
    const inputs = ops.addRows(ops.reshape(corrupted, [-1]), differences, sources);
    return ops.reshape(inputs, [destinations.length, -1, dModel]); // [destinations, rows, d]
  };
  // The last rows are those read out, of one tensor [M, c] or of each source [n, M * d].
  const leaves = (rows: Tensor) => ops.slice(rows, [rows.shape[0]! - count, 0], [-1, -1]);
  const leavesOfSources = (t: Tensor) => ops.slice(t, [0, t.shape[1]! - count * dModel], [-1, -1]);

  /** Queries, keys and values [M, 3 d] of heads whose ports read inputs of their own. */
  const readHeads = (layer: number, differences: Differences) => {
    const destinations = portDestinations(graph, heads, layer);
    if (layer === 0) return readFirst(ops, graph, state, circuit, destinations);
    const { readers, readerBias } = matrices[layer]!;
    const inputs = input(destinations, differences, state.layers[layer]!.x);
    const read = ops.matMul(normalize(inputs), readers, false, true); // [3 H, M, e]
    const byRow = ops.reshape(ops.transpose(read, [1, 0, 2]), [-1, 3 * dModel]);
    return ops.add(byRow, readerBias);
  };

  /** The MLP's hidden layer after its activation, minus the corrupted run's, [rows, m]. */
  const activate = (layer: number, before: Differences, x: Tensor) => {
    const destination = graph.mlpDestination(layer);
    if (layer === 0) return ops.scale(state.first.activated, circuit[graph.edge(INPUT, destination)]!);
    const rows = ops.reshape(input([destination], before, x), [-1, dModel]);
    const { weight, bias } = blocks[layer]!.up;
    const activated = ops.gelu(ops.linear(normalize(rows), weight, bias));
    return ops.subtract(activated, state.layers[layer]!.activated);
  };

  let differences: Differences = [state.input];
  for (let layer = 0; layer < layers; layer++) {
    const corrupted = state.layers[layer]!;
    differences = ops.scope(() => {
      const last = layer === layers - 1;
      const z = ops.attend(readHeads(layer, differences), corrupted.past, state.tree); // [M, d]
      const own = ops.subtract(last ? leaves(z) : z, corrupted.z);
      const headDifferences = headOutputs(ops, matrices[layer]!.writers, own);

      const before = last ? differences.map(leavesOfSources) : differences;
      const activated = activate(layer, before, last ? leaves(corrupted.x) : corrupted.x);
      const mlpDifference = ops.linear(activated, blocks[layer]!.down.weight);
      return [...before, ops.reshape(headDifferences, [heads, -1]), ops.reshape(mlpDifference, [1, -1])];
    });
  }
  const residual = input([graph.logitsDestination], differences, state.residual);
  return normalizeFinal(ops, decoder, ops.reshape(residual, [-1, dModel])).normed;
}

/** Outputs of sources minus those of the corrupted run, [sources, rows * d] in all, in the order of the sources. */
type Differences = readonly Tensor[];

/** The input's number among the sources: the only one that the first layer reads. */
const INPUT = 0;

/** The first layer's ports read the clean input where their edge is in the circuit, and else the corrupted one. */
function readFirst(
  ops: Ops,
  graph: Graph,
  { first: { qkv } }: CorruptedState,
  circuit: EdgeSet,
  destinations: readonly number[],
): Tensor {
  const columns = qkv.corrupted.shape[1]!;
  const size = columns / destinations.length;
  const clean = Float32Array.from(
    { length: columns },
    (_, column) => circuit[graph.edge(INPUT, destinations[Math.trunc(column / size)]!)]!,
  );
  return ops.add(qkv.corrupted, ops.multiply(qkv.difference, ops.tensor(clean, [columns])));
}

/** The sources whose edge to a destination is in the circuit, in their order. */
function sourcesInCircuit(graph: Graph, circuit: EdgeSet, destination: number): number[] {
  const sources = Array.from({ length: graph.readable[destination]! }, (_, source) => source);
  return sources.filter((source) => circuit[graph.edge(source, destination)]);
}
