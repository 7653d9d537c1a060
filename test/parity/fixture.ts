/** What parity tests share: differences from a fixture's tensors, and edges in its order and by its names. */
import type { Ops } from "@ft/backend";
import { type EdgeScores, type EdgeSet, edgesIn, type GraphNames } from "@ft/graph";
import { batchLogits, type LoadedModel, layOut, loadDecoder, type openSafetensors } from "@ft/model";
import { expect } from "vitest";

/** An opened file of tensors. */
export type TensorFile = ReturnType<typeof openSafetensors>;

/** Differences between two vectors over the largest absolute value that is expected. */
export interface Differences {
  largest: number;
  mean: number;
}

/** @param scale what differences are relative to. @default the largest absolute value in the fixture's tensor */
export function differences(
  actual: ArrayLike<number>,
  file: TensorFile,
  name: string,
  scale?: number,
): Differences {
  const wanted = file.read(name).data;
  expect(actual.length, name).toBe(wanted.length);
  const relativeTo = scale ?? largestOf(file, name);
  const own = Array.from(wanted, (value, i) => Math.abs(value - actual[i]!) / relativeTo);
  return { largest: Math.max(...own), mean: own.reduce((sum, value) => sum + value, 0) / own.length };
}

/** The largest absolute value in a fixture's tensor. */
export function largestOf(file: TensorFile, name: string): number {
  return Math.max(...file.read(name).data.map(Math.abs));
}

/** Scores in the fixture's order of edges. */
export function inOrder(scores: EdgeScores, edges: readonly string[], names: GraphNames): number[] {
  expect(edges).toHaveLength(names.graph.edges);
  return edges.map((edge) => scores[names.edgeIndex(edge)]!);
}

/** The names of the edges in a set, sorted. */
export function namesIn(set: EdgeSet, names: GraphNames): string[] {
  return edgesIn(set)
    .map((edge) => names.edge(edge))
    .sort();
}

/** Logits behind the last token of each prompt, one prompt's after another's. */
export function lastLogits(
  ops: Ops,
  model: Pick<LoadedModel, "config" | "weights">,
  prompts: readonly ArrayLike<number>[],
  share: boolean,
): ArrayLike<number> {
  const rows = prompts.map((tokens) => ({ tokens, targets: [{ position: tokens.length - 1, token: 0 }] }));
  const { decoder, dispose } = loadDecoder(ops, model.config, model.weights);
  try {
    return ops.scope(() => ops.read(batchLogits(ops, decoder, layOut(rows, share))));
  } finally {
    dispose();
  }
}
