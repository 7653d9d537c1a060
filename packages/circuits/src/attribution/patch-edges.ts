/**
 * Exact activation patching: the change of the loss if one edge alone carries the ablated output of its source. The pass is
 * the clean one up to the edge's end v, whose input is moved by D_u; v's own output changes, and what follows reads it
 * as usual. Many edges into one layer are copies in the same pass.
 */
import type { Ops, Tensor } from "@ft/backend";
import { type Graph, ports } from "@ft/graph";
import {
  activate,
  type Linear,
  normalize,
  queryKeyForward,
  treeOfLayer,
  writeDifference,
  writeHeads,
} from "@ft/model";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import { type Continued, TakenUp } from "./taken-up.ts";
import type { TreePass } from "./tree-pass.ts";

/** A set of edges or nodes patched in turn, by source: `add` is called with each one's place and change of the loss. */
export interface Patching {
  ops: Ops;
  model: CircuitModel;
  graph: Graph;
  pass: TreePass;
  /** Rows computed at once. */
  rows: number;
  /** The summed loss of the tree's members of each of K copies, minus that of the clean pass, from [K * B, d]. */
  change: (normed: Tensor) => Float64Array;
  edge: (edge: number, change: number) => void;
  node: (source: number, change: number) => void;
}

/** Patches every edge alone, and every node, whose edges are all patched together. */
export function patchEdges(patching: Patching): void {
  const { ops, model, graph, pass } = patching;
  const takenUp = new TakenUp(ops, model, pass.tree, pass.clean, false);
  patchInput(patching, takenUp);
  for (let layer = 0; layer < graph.layers; layer++) {
    patchHeads(patching, takenUp, layer);
    patchMlp(patching, takenUp, layer);
    patchOutputs(patching, takenUp, layer);
  }
  patchLogits(patching, takenUp);
  takenUp.dispose();
}

/** The edges from sources to a layer's heads. */
function patchHeads(patching: Patching, takenUp: TakenUp, layer: number): void {
  const { ops, model, graph, pass, edge } = patching;
  const { heads: H, headSize, dModel } = model.config;
  const { norm1, attention, local } = model.decoder.blocks[layer]!;
  const [{ weight, bias }] = attention.readers as [Linear]; // one, since the model is folded
  const { x, qkv, z, past } = pass.clean[layer]!;
  const leaves = layer === graph.layers - 1;
  const nodes = x.shape[0]!;
  const rows = z.shape[0]!;
  const width = 3 * H * headSize;
  const masks = ports.map((_, port) => {
    const mask = Float32Array.from({ length: width }, (_, c) =>
      Number(Math.trunc(c / headSize) % ports.length === port),
    );
    return ops.tensor(mask, [width]);
  });
  inChunks(
    graph.readable[graph.headDestination(layer, 0, "q")]!,
    patching.rows / (H * nodes),
    (first, count) => {
      const { tree, readout } = takenUp.layout(count);
      ops.scope(() => {
        const known = ops.slice(pass.differences.everyNode, [first, 0], [count, -1]);
        const moved = ops.add(ops.reshape(known, [count, nodes, dModel]), x);
        const { xhat } = normalize(ops, norm1, ops.reshape(moved, [-1, dModel]));
        const read = queryKeyForward(ops, attention.queryKey, ops.linear(xhat, weight, bias));
        const changed = ops.subtract(ops.reshape(read, [count, nodes, width]), qkv);
        ports.forEach((port, p) => {
          ops.scope(() => {
            const patched = ops.add(ops.multiply(changed, masks[p]!), qkv);
            const mixed = ops.attend(ops.reshape(patched, [-1, width]), past, treeOfLayer(tree, local));
            const own = leaves ? ops.gather(mixed, readout) : mixed;
            const difference = ops.subtract(ops.reshape(own, [count, rows, -1]), z);
            // Head by head, source by source.
            const mixedRows = ops.reshape(difference, [count * rows, -1]);
            const written = writeHeads(ops, model.heads[layer]!, mixedRows);
            const changes = changesOf(
              patching,
              takenUp.afterHeads(layer, ops.reshape(written, [-1, dModel])),
            );
            changes.forEach((change, i) => {
              const destination = graph.headDestination(layer, Math.trunc(i / count), port);
              edge(graph.edge(first + (i % count), destination), change);
            });
          });
        });
      });
    },
  );
}

/** The edges from sources to a layer's MLP. */
function patchMlp(patching: Patching, takenUp: TakenUp, layer: number): void {
  const { ops, model, graph, edge } = patching;
  const { norm2, mlp } = model.decoder.blocks[layer]!;
  const { mlpInput, activated } = patching.pass.clean[layer]!;
  const { dModel, dMlp } = model.config;
  const destination = graph.mlpDestination(layer);
  inChunks(graph.readable[destination]!, patching.rows / mlpInput.shape[0]!, (first, count) => {
    ops.scope(() => {
      const moved = ops.add(differencesOf(patching, layer, first, count), mlpInput);
      const { xhat } = normalize(ops, norm2, ops.reshape(moved, [-1, dModel]));
      const hidden = ops.reshape(activate(ops, mlp, xhat), [count, -1, dMlp]);
      const changed = ops.reshape(ops.subtract(hidden, activated), [-1, dMlp]);
      const continued = takenUp.afterBlock(layer, writeDifference(ops, mlp, changed));
      changesOf(patching, continued).forEach((change, i) => {
        edge(graph.edge(first + i, destination), change);
      });
    });
  });
}

/** A layer's nodes: all edges out of each. */
function patchOutputs(patching: Patching, takenUp: TakenUp, layer: number): void {
  const { ops, model, graph, node, pass } = patching;
  const { dModel } = model.config;
  const rows = pass.clean[layer]!.out.shape[0]!;
  const [first, mlp] = [graph.headSource(layer, 0), graph.mlpSource(layer)];
  const patch = (source: number, count: number) => {
    ops.scope(() => {
      const change = ops.reshape(differencesOf(patching, layer, source, count), [-1, dModel]);
      const continued =
        source === mlp ? takenUp.afterBlock(layer, change) : takenUp.afterHeads(layer, change);
      changesOf(patching, continued).forEach((value, i) => {
        node(source + i, value);
      });
    });
  };
  inChunks(graph.heads, patching.rows / rows, (head, count) => patch(first + head, count));
  patch(mlp, 1);
}

/** The input as a node. */
function patchInput(patching: Patching, takenUp: TakenUp): void {
  const { ops, model, pass, node } = patching;
  ops.scope(() => {
    const { x } = pass.clean[0]!;
    const difference = ops.slice(pass.differences.everyNode, [0, 0], [1, -1]);
    const moved = ops.add(x, ops.reshape(difference, [-1, model.config.dModel]));
    node(0, changesOf(patching, takenUp.from(0, moved, 1))[0]!);
  });
}

/** The edges from sources to the logits. */
function patchLogits(patching: Patching, takenUp: TakenUp): void {
  const { ops, model, graph, pass, edge } = patching;
  const last = graph.layers - 1;
  inChunks(graph.sources, patching.rows / pass.tree.members.length, (first, count) => {
    ops.scope(() => {
      const change = differencesOf(patching, last, first, count);
      const continued = takenUp.afterBlock(last, ops.reshape(change, [-1, model.config.dModel]));
      changesOf(patching, continued).forEach((value, i) => {
        edge(graph.edge(first + i, graph.logitsDestination), value);
      });
    });
  });
}

/** The differences of sources where a layer's MLP and what follows read them, [count, rows, d]. */
function differencesOf(
  { ops, model, graph, pass }: Patching,
  layer: number,
  first: number,
  count: number,
): Tensor {
  const { everyNode, leaves } = pass.differences;
  const known = ops.slice(layer === graph.layers - 1 ? leaves : everyNode, [first, 0], [count, -1]);
  return ops.reshape(known, [count, -1, model.config.dModel]);
}

function changesOf({ change }: Patching, { final }: Continued): Float64Array {
  return change(final.normed);
}

/** Calls `use` with parts of 0..total-1, each of at most `most` and at least one. */
function inChunks(total: number, most: number, use: (first: number, count: number) => void): void {
  const size = Math.max(1, Math.floor(most));
  for (let first = 0; first < total; first += size) use(first, Math.min(size, total - first));
}
