/** Tokens to the rows that enter the first block. */
import type { Ops, Tensor } from "@ft/backend";
import { addGradient, type Gradients, type VocabularyMatrix } from "./part.ts";

export interface Embedding extends VocabularyMatrix {
  /** Whether rows are centred as they are read, in a folded decoder. */
  centred: boolean;
}

/** Token embeddings, int32 [R] to [R, d]. */
export function embed(ops: Ops, { embedding }: { embedding: Embedding }, tokens: Tensor): Tensor {
  const rows = ops.gather(embedding.weight, tokens);
  return embedding.centred ? ops.subtract(rows, ops.mean(rows, [-1], true)) : rows;
}

/** Adds the embedding's gradient, from the one at the embedded rows [R, d], if it is trained. */
export function embedBackward(
  ops: Ops,
  { name, weight }: Embedding,
  tokens: Tensor,
  dRows: Tensor,
  gradients: Gradients,
): void {
  addGradient(ops, gradients, name, ops.segmentSum(dRows, tokens, weight.shape[0]!));
}
