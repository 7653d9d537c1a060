/** KL divergence from a reference distribution, averaged over the vocabulary (the paper's metric). */

import { throughUnembedding } from "./logits-gradient.ts";
import type { Metric } from "./metric.ts";

export const klDivergence: Metric = {
  name: "kl",
  description: "divergence of the output",
  needsWrong: false,
  vanishesAtReference: true,
  lossSign: 1,

  /** log p_ref. */
  reference: (ops, logits) => [ops.logSoftmax(logits)], // [B, vocabulary]

  /** mean over the vocabulary of p_ref (log p_ref - log p). */
  value: (ops, logits, { reference: [target] }) =>
    ops.scale(ops.klDivergence(target!, logits), 1 / logits.shape[1]!),

  /** (p - p_ref) / vocabulary at the logits. */
  lossGradient: (ops, input) =>
    throughUnembedding(ops, input, (logits, reference) => {
      const difference = ops.subtract(ops.softmax(logits), ops.softmax(reference));
      return ops.scale(difference, 1 / reference.shape[1]!);
    }),
};
