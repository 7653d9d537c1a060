/** KL divergence from a reference distribution, averaged over the vocabulary (the paper's metric). */
import type { Tensor } from "@ft/backend";
import { unembed } from "@ft/model";
import type { Metric } from "./metric.ts";

export const klDivergence: Metric = {
  name: "kl",
  description: "divergence of the output",
  needsWrong: false,
  vanishesAtReference: true,

  /** log p_ref. */
  reference: (ops, logits) => [ops.logSoftmax(logits)], // [B, vocabulary]

  /** mean over the vocabulary of p_ref (log p_ref - log p). */
  value: (ops, logits, { reference: [target] }) =>
    ops.scale(ops.klDivergence(target!, logits), 1 / logits.shape[1]!),

  /** (p - p_ref) / vocabulary at the logits, through the unembedding. */
  lossGradient(ops, { decoder, normed, reference }) {
    const { weight } = decoder.unembedding;
    const [vocabulary, width] = weight.shape as [number, number];
    const [pairs, points] = [reference.shape[0]!, normed.shape[0]! / reference.shape[0]!];
    const byPoint = ops.reshape(normed, [points, pairs, width]);
    const most = Math.max(1, Math.floor(LOGITS / ((points + 1) * vocabulary)));
    const parts: Tensor[] = [];
    for (let first = 0; first < pairs; first += most) {
      const count = Math.min(most, pairs - first);
      const rows = ops.slice(byPoint, [0, first, 0], [-1, count, -1]); // [K, n, d]
      const target = ops.slice(reference, [first, 0], [count, -1]); // [n, d]
      parts.push(
        ops.scope(() => {
          const both = ops.concat([ops.reshape(rows, [-1, width]), target], 0);
          const probabilities = ops.softmax(unembed(ops, decoder, both)); // K points' rows, then the reference's
          const difference = ops.subtract(
            ops.reshape(ops.slice(probabilities, [0, 0], [points * count, -1]), [points, count, vocabulary]),
            ops.slice(probabilities, [points * count, 0], [-1, -1]),
          );
          const dNormed = ops.matMul(ops.reshape(difference, [-1, vocabulary]), weight);
          return ops.reshape(ops.scale(dNormed, 1 / vocabulary), [points, count, width]);
        }),
      );
    }
    return ops.reshape(parts.length > 1 ? ops.concat(parts, 1) : parts[0]!, normed.shape);
  },
};

/** Logits computed at once, which bounds their memory to 32 MiB. */
const LOGITS = 2 ** 23;
