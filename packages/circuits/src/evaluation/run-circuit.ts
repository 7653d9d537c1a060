/**
 * Runs the clean prompt with every edge outside a circuit carrying the corrupted activation. The input of destination
 * v is then the corrupted residual stream plus, for each source u whose edge to v is in the circuit, u's output in this
 * run minus its output in the corrupted one. Destinations have inputs of their own, so a layer's 3 H head inputs are
 * one product of their edges [3 H, sources] with the differences [sources, rows * d].
 */
import type { EdgeSet, Graph } from "@ft/artifacts";
import { attendSegments, type Decoder, normalize, normalizeFinal, type Ops, type Tensor } from "@ft/model";
import type { HeadMatrices } from "../pairs/head-matrices.ts";
import { CORRUPTED } from "../pairs/run-pairs.ts";
import type { CorruptedState } from "./corrupted-state.ts";

/** What the unembedding reads at the last position of each pair, [B, d]. */
export function runCircuit(
  ops: Ops,
  decoder: Decoder,
  matrices: readonly HeadMatrices[],
  state: CorruptedState,
  graph: Graph,
  circuit: EdgeSet,
): Tensor {
  const { layers, heads, dModel } = decoder.config;
  const length = state.run.batch.variantLength;
  const input = (destination: number, count: number, differences: Tensor, corrupted: Tensor) => {
    const edges = circuitEdges(ops, graph, circuit, destination, count);
    const kept = ops.reshape(ops.matMul(edges, differences), [count, -1, dModel]);
    return ops.add(kept, corrupted); // [count, rows, d]
  };

  let differences = state.input; // [sources so far, rows * d]
  for (let layer = 0; layer < layers; layer++) {
    const last = layer === layers - 1;
    const corrupted = state.layers[layer]!;
    differences = ops.scope(() => {
      const headInputs = input(graph.headDestination(layer, 0, "q"), 3 * heads, differences, corrupted.x);
      const mixed = attend(ops, decoder, matrices[layer]!, state, layer, headInputs);
      const z = last ? lastRows(ops, mixed, length) : mixed; // [H, rows, e]
      const headDifferences = ops.matMul(ops.subtract(z, corrupted.z), matrices[layer]!.writers);

      const before = last ? lastRowsFlat(ops, differences, length, dModel) : differences;
      const x = last ? lastRows(ops, corrupted.x, length) : corrupted.x;
      const mlpInput = ops.reshape(input(graph.mlpDestination(layer), 1, before, x), [-1, dModel]);
      const mlpDifference = mlp(ops, decoder, layer, mlpInput, corrupted.activated);
      return ops.concat(
        [before, ops.reshape(headDifferences, [heads, -1]), ops.reshape(mlpDifference, [1, -1])],
        0,
      );
    });
  }
  const residual = input(graph.logitsDestination, 1, differences, state.run.residual[CORRUPTED]);
  return normalizeFinal(ops, decoder, ops.reshape(residual, [-1, dModel])).normed;
}

/** Mixed values [H, rows, e] of heads whose q, k and v read inputs of their own [3 H, rows, d]. */
function attend(
  ops: Ops,
  { shape, config }: Decoder,
  { readers, readerBias }: HeadMatrices,
  { layout, run }: CorruptedState,
  layer: number,
  inputs: Tensor,
): Tensor {
  const { xhat } = normalize(ops, inputs, shape.epsilon, shape.centred);
  const read = ops.matMul(xhat, readers, false, true); // [3 H, rows, e]
  const [, rows, size] = read.shape as [number, number, number];
  const heads = ops.add(ops.reshape(read, [3, config.heads, rows, size]), readerBias);
  return attendSegments(ops, shape, layout, heads, run.past[layer]!).z;
}

/** The MLP's output for residual rows [rows, d], minus its output in the corrupted run. */
function mlp(ops: Ops, { shape, blocks }: Decoder, layer: number, x: Tensor, corrupted: Tensor): Tensor {
  const { up, down } = blocks[layer]!;
  const { xhat } = normalize(ops, x, shape.epsilon, shape.centred);
  const activated = ops.gelu(ops.add(ops.matMul(xhat, up.weight, false, true), up.bias!));
  return ops.matMul(ops.subtract(activated, corrupted), down.weight, false, true);
}

/** Which sources each of `count` destinations reads in the circuit, [count, sources before them], 1 or 0. */
function circuitEdges(ops: Ops, graph: Graph, circuit: EdgeSet, destination: number, count: number): Tensor {
  const sources = graph.readable[destination]!;
  const edges = new Float32Array(count * sources);
  for (let i = 0; i < count; i++) {
    for (let source = 0; source < sources; source++) {
      edges[i * sources + source] = circuit[graph.edge(source, destination + i)]!;
    }
  }
  return ops.tensor(edges, [count, sources]);
}

/** The last of each pair's rows: [..., B * S, c] to [..., B, c]. */
function lastRows(ops: Ops, t: Tensor, length: number): Tensor {
  const outer = t.shape.slice(0, -2);
  const [rows, width] = t.shape.slice(-2) as [number, number];
  const flat = lastRowsFlat(ops, ops.reshape(t, [-1, rows * width]), length, width);
  return ops.reshape(flat, [...outer, rows / length, width]);
}

/** [n, B * S * c] to [n, B * c]. */
function lastRowsFlat(ops: Ops, t: Tensor, length: number, width: number): Tensor {
  const grid = ops.reshape(t, [t.shape[0]!, -1, length, width]);
  return ops.reshape(ops.slice(grid, [0, 0, length - 1, 0], [-1, -1, 1, -1]), [t.shape[0]!, -1]);
}
