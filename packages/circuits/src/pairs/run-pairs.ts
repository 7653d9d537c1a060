/** The clean and the corrupted prompts of a pair tree, and points between their embeddings, in one forward pass. */
import type { Ops, Tensor } from "@ft/backend";
import {
  addPositions,
  type BlockOutput,
  createTree,
  type Decoder,
  distinctRows,
  embed,
  type FinalNorm,
  type ModelConfig,
  normalizeFinal,
  type RowTree,
  type Run,
  runBlocks,
} from "@ft/model";
import { type PairTree, rowParents, rowPositions } from "./pair-tree.ts";

/** The two prompts of a pair, by number. */
export const CLEAN = 0;
export const CORRUPTED = 1;
export type Variant = typeof CLEAN | typeof CORRUPTED;

/**
 * B pairs, M nodes, P shared rows, K points. The rows of the pass are the clean prompts' M nodes, the corrupted ones' M,
 * the P shared rows, then for each point its M nodes. The rows read out are the clean prompts' B last ones, the corrupted
 * ones', then for each point its B.
 */
export interface PairRows {
  pairs: PairTree;
  tree: RowTree;
  embedded: EmbeddedPairs;
  /** Int32 [(2 + K) B]. */
  readout: Tensor;
}

/** The rows that go into the first block, each once: interpolations, then tokens. */
export interface EmbeddedPairs {
  /** [K D + tokens, d]; interpolations of D pairs of different embeddings, point by point. */
  x: Tensor;
  /** The index of each of the pass's rows among them, int32 [(2 + K) M + P]. */
  index: Tensor;
  /** Different pairs of a clean and an ablated embedding, D. */
  differing: number;
  /** For each point and node its interpolation, or K D if clean and corrupted have the same token, int32 [K M]. */
  interpolation: Tensor;
  /** Ablated minus clean embedding of every such pair, [D, d]. */
  difference: Tensor;
  /** The same of every node, [M, d]. */
  nodeDifference: Tensor;
}

/**
 * @param points fractions of the way from ablated to clean that are computed too
 * @param ablated what takes the place of every node's embedding, [M, d]. @default the corrupted token's
 */
export function layOutPairs(
  ops: Ops,
  decoder: Decoder,
  pairs: PairTree,
  points: readonly number[],
  ablated?: Tensor,
): PairRows {
  const readout = leafRows(pairs, points.length);
  return {
    pairs,
    tree: createTree(ops, decoder.config, rowParents(pairs, 2, points.length)),
    embedded: embedPairs(ops, decoder, pairs, points, ablated),
    readout: ops.tensor(readout, [readout.length]),
  };
}

/** Copies of a tree's nodes in one pass, as K points or as changes of the clean pass; the P shared rows are past ones. */
export interface NodeCopies {
  tree: RowTree;
  /** The members' last positions, copy by copy, int32 [K B]. */
  readout: Tensor;
}

export function copyNodes(ops: Ops, config: ModelConfig, pairs: PairTree, copies: number): NodeCopies {
  const [count, nodes] = [pairs.members.length, pairs.clean.length];
  const leaves = Int32Array.from(
    { length: copies * count },
    (_, i) => Math.trunc(i / count) * nodes + nodes - count + (i % count),
  );
  return {
    tree: createTree(ops, config, rowParents(pairs, 0, copies), pairs.shared.length),
    readout: ops.tensor(leaves, [leaves.length]),
  };
}

export interface PairRun<Visited> {
  run: Run<Visited>;
  /** Final residual rows, normalised, [(2 + K) B, d]. */
  final: FinalNorm;
}

/** @param visit called after each block with its record and its input rows; the tensors it returns are kept */
export function runPairs<Visited>(
  ops: Ops,
  decoder: Decoder,
  { tree, embedded, readout }: PairRows,
  visit: (layer: number, block: BlockOutput, x: Tensor) => Visited,
): PairRun<Visited> {
  const repeat = { index: embedded.index, count: embedded.x.shape[0]! };
  const run = runBlocks(ops, decoder, tree, embedded.x, { repeat, readout, visit });
  return { run, final: normalizeFinal(ops, decoder, run.x) };
}

/** The rows of the members' last positions, copy by copy. */
function leafRows({ members, clean, shared }: PairTree, points: number): Int32Array {
  const [count, nodes] = [members.length, clean.length];
  return Int32Array.from({ length: (2 + points) * count }, (_, i) => {
    const run = Math.trunc(i / count);
    const start = run * nodes + (run < 2 ? 0 : shared.length);
    return start + nodes - count + (i % count);
  });
}

function embedPairs(
  ops: Ops,
  decoder: Decoder,
  pairs: PairTree,
  points: readonly number[],
  ablated?: Tensor,
): EmbeddedPairs {
  const { clean, corrupted, shared } = pairs;
  const nodes = clean.length;
  const int = (values: ArrayLike<number>) => ops.tensor(Int32Array.from(values), [values.length]);
  const positions = rowPositions(pairs);
  const ofNodes = positions.subarray(shared.length);
  const distinct = distinctRows(
    decoder,
    Int32Array.from([...clean, ...corrupted, ...shared]),
    Int32Array.from([...ofNodes, ...ofNodes, ...positions.subarray(0, shared.length)]),
  );
  const embeddings = embed(ops, decoder, int(distinct.tokens)); // [tokens, d]
  const embedding = (variant: Variant, of: readonly number[]) =>
    ops.gather(embeddings, int(of.map((node) => distinct.index[variant * nodes + node]!)));
  const without = (of: readonly number[]) =>
    ablated ? ops.gather(ablated, int(of)) : embedding(CORRUPTED, of);
  const difference = (of: readonly number[]) => ops.subtract(without(of), embedding(CLEAN, of));

  const everyNode = [...clean.keys()];
  const { pairOfNode, nodeOfPair } = ablated
    ? { pairOfNode: everyNode, nodeOfPair: everyNode }
    : differingPairs(distinct.index, nodes);
  const differing = nodeOfPair.length;
  const interpolated = points.length * differing;
  const interpolation = points.flatMap((_, k) =>
    pairOfNode.map((pair) => (pair < 0 ? interpolated : k * differing + pair)),
  );
  const index = [
    ...Array.from(distinct.index, (row) => interpolated + row),
    ...interpolation.map((place, i) =>
      place < interpolated ? place : interpolated + distinct.index[i % nodes]!,
    ),
  ];
  const between = points.map((point) =>
    ops.subtract(without(nodeOfPair), ops.scale(difference(nodeOfPair), point)),
  );
  const x = interpolated > 0 ? ops.concat([...between, embeddings], 0) : embeddings;
  const ofPairs = points.flatMap(() => nodeOfPair.map((node) => ofNodes[node]!));
  return {
    x: addPositions(ops, decoder, x, Int32Array.from([...ofPairs, ...distinct.positions])),
    index: int(index),
    differing,
    interpolation: int(interpolation),
    difference: difference(nodeOfPair),
    nodeDifference: difference(everyNode),
  };
}

/**
 * The distinct pairs of different rows: the index for each node, -1 for none, and a node for each.
 * @param index the distinct row of each node's clean token, then of each corrupted one
 */
function differingPairs(index: Int32Array, nodes: number): { pairOfNode: number[]; nodeOfPair: number[] } {
  const places = new Map<string, number>();
  const nodeOfPair: number[] = [];
  const pairOfNode = Array.from({ length: nodes }, (_, node) => {
    const [clean, corrupted] = [index[node]!, index[nodes + node]!];
    if (clean === corrupted) return -1;
    const key = `${clean} ${corrupted}`;
    const place = places.get(key) ?? nodeOfPair.push(node) - 1;
    places.set(key, place);
    return place;
  });
  return { pairOfNode, nodeOfPair };
}

/** One prompt's rows [M, c] of a pass's rows, or [B, c] of those read out: the first `count` or the next. */
export function rowsOf(ops: Ops, rows: Tensor, variant: Variant, count: number): Tensor {
  return ops.slice(rows, [variant * count, 0], [count, -1]);
}
