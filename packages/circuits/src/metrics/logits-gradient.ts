/** Gradients that need logits, a part of the examples at a time. */
import type { Ops, Tensor } from "@ft/backend";
import { unembed } from "@ft/model";
import type { GradientInput } from "./metric.ts";

/** Logits computed at once, which bounds their memory to 32 MiB. */
export const LOGITS_AT_ONCE = 2 ** 23;

/**
 * The gradient at the unembedding's input, [K * B, d], from one at the logits.
 *
 * @param gradient the one at the logits of n examples at K points, both [K, n, vocabulary], from these, the logits of the
 *   reference [n, vocabulary], and the place of the first of the n among the B. Equal rows have equal logits: a divergence
 *   is exactly flat at its reference
 */
export function throughUnembedding(
  ops: Ops,
  { decoder, normed, reference }: GradientInput,
  gradient: (logits: Tensor, reference: Tensor, first: number) => Tensor,
): Tensor {
  const { weight } = decoder.unembedding;
  const [vocabulary, width] = weight.shape as [number, number];
  const [examples, points] = [reference.shape[0]!, normed.shape[0]! / reference.shape[0]!];
  const byPoint = ops.reshape(normed, [points, examples, width]);
  const most = Math.max(1, Math.floor(LOGITS_AT_ONCE / ((points + 1) * vocabulary)));
  const parts: Tensor[] = [];
  for (let first = 0; first < examples; first += most) {
    const count = Math.min(most, examples - first);
    const rows = ops.slice(byPoint, [0, first, 0], [-1, count, -1]); // [K, n, d]
    const compared = ops.slice(reference, [first, 0], [count, -1]); // [n, d]
    parts.push(
      ops.scope(() => {
        const all = unembed(ops, decoder, ops.concat([ops.reshape(rows, [-1, width]), compared], 0));
        const logits = ops.reshape(
          ops.slice(all, [0, 0], [points * count, -1]), // K points' rows, then the reference's
          [points, count, vocabulary],
        );
        const dLogits = gradient(logits, ops.slice(all, [points * count, 0], [-1, -1]), first);
        const dNormed = ops.matMul(ops.reshape(dLogits, [-1, vocabulary]), weight);
        return ops.reshape(dNormed, [points, count, width]);
      }),
    );
  }
  return ops.reshape(parts.length > 1 ? ops.concat(parts, 1) : parts[0]!, normed.shape);
}

/** Entries of rows [n, classes] at one class per row, [n]. */
export function atTokens(ops: Ops, rows: Tensor, tokens: Int32Array): Tensor {
  const [count, classes] = rows.shape as [number, number];
  const places = tokens.map((token, n) => n * classes + token);
  return ops.gather(ops.reshape(rows, [count * classes]), ops.tensor(places, [count]));
}

/** The rows [n, classes] again for each of K points, [K, n, classes]. */
export function atEveryPoint(ops: Ops, rows: Tensor, points: number): Tensor {
  return ops.reshape(ops.concat(new Array<Tensor>(points).fill(rows), 0), [points, ...rows.shape]);
}
