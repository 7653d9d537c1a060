/** Tokens to the rows that enter the first block: an embedding of each token, and of its position where positions are learned. */
import type { Ops, Tensor } from "@ft/backend";
import { addGradient, type Gradients, type VocabularyMatrix } from "./part.ts";

export interface Embedding extends VocabularyMatrix {
  /** Whether rows are centred as they are read, in a folded decoder. */
  centred: boolean;
  /** Learned positions, [offset + positions, d]: position p has row offset + p. */
  positions?: VocabularyMatrix & { offset: number };
}

interface Embedded {
  embedding: Embedding;
}

/** Token embeddings, int32 [R] to [R, d]. */
export function embed(ops: Ops, { embedding }: Embedded, tokens: Tensor): Tensor {
  return read(ops, embedding, embedding.weight, tokens);
}

/** Embedded tokens [R, d] plus the embeddings of their positions, where positions are learned. */
export function addPositions(ops: Ops, { embedding }: Embedded, rows: Tensor, positions: Int32Array): Tensor {
  const learned = embedding.positions;
  if (!learned) return rows;
  return ops.add(rows, read(ops, embedding, learned.weight, positionRows(ops, learned, positions)));
}

function read(ops: Ops, { centred }: Embedding, weight: Tensor, index: Tensor): Tensor {
  const rows = ops.gather(weight, index);
  return centred ? ops.subtract(rows, ops.mean(rows, [-1], true)) : rows;
}

function positionRows(ops: Ops, { offset }: { offset: number }, positions: Int32Array): Tensor {
  return ops.tensor(
    positions.map((position) => offset + position),
    [positions.length],
  );
}

/** Whether any of the embedding's tensors gets a gradient. */
export function trainsEmbedding({ trainable, positions }: Embedding): boolean {
  return trainable || (positions?.trainable ?? false);
}

/** Adds the gradients of what is trained of the embedding, from the one at the embedded rows [R, d]. */
export function embedBackward(
  ops: Ops,
  { name, weight, trainable, positions: learned }: Embedding,
  { tokens, positions }: { tokens: Tensor; positions: Int32Array },
  dRows: Tensor,
  gradients: Gradients,
): void {
  if (trainable) addGradient(ops, gradients, name, ops.segmentSum(dRows, tokens, weight.shape[0]!));
  if (!learned?.trainable) return;
  const rows = positionRows(ops, learned, positions);
  addGradient(ops, gradients, learned.name, ops.segmentSum(dRows, rows, learned.weight.shape[0]!));
}
