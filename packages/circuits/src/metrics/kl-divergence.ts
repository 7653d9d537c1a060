/** KL divergence from a reference run's distribution, averaged over the vocabulary (the paper's metric). */
import { type Ops, type Tensor, unembed } from "@ft/model";
import type { Metric } from "./metric.ts";

export const klDivergence: Metric = {
  name: "kl",
  needsWrong: false,
  vanishesAtReference: true,

  /** mean over the vocabulary of p_ref (log p_ref - log p). */
  value(ops, logits, { reference }) {
    const target = ops.logSoftmax(reference); // [B, vocabulary]
    const terms = ops.multiply(ops.exp(target), ops.subtract(target, ops.logSoftmax(logits)));
    return ops.mean(terms, [-1]);
  },

  /** (p - p_ref) / vocabulary at the logits, through the unembedding. */
  lossGradient(ops, { decoder, normed, reference }) {
    const probabilities = (rows: Tensor) => ops.softmax(unembed(ops, decoder, rows));
    return throughUnembedding(
      ops,
      decoder.unembedding.weight,
      probabilities(normed),
      probabilities(reference),
    );
  },
};

function throughUnembedding(ops: Ops, unembedding: Tensor, p: Tensor, reference: Tensor): Tensor {
  const points = p.shape[0]! / reference.shape[0]!;
  const [pairs, vocabulary] = reference.shape as [number, number];
  const difference = ops.subtract(
    ops.reshape(p, [pairs, points, vocabulary]),
    ops.reshape(reference, [pairs, 1, vocabulary]),
  );
  const dLogits = ops.scale(ops.reshape(difference, p.shape), 1 / vocabulary);
  return ops.matMul(dLogits, unembedding); // [B * K, d]
}
