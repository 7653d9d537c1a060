/** Logit of the answer minus logit of the corrupted prompt's answer. */
import type { Metric } from "./metric.ts";

export const logitDifference: Metric = {
  name: "logit-diff",
  description: "logit of the answer against that of the corrupted prompt's",
  needsWrong: true,
  vanishesAtReference: false,

  reference: () => [],

  value(ops, logits, { answers, wrong }) {
    const [examples, vocabulary] = logits.shape as [number, number];
    const flat = ops.reshape(logits, [examples * vocabulary]);
    const at = (tokens: Int32Array) =>
      ops.gather(
        flat,
        ops.tensor(
          tokens.map((token, n) => n * vocabulary + token),
          [examples],
        ),
      );
    return ops.subtract(at(answers), at(wrong));
  },

  /** The loss is minus the difference, so its gradient is W_U[wrong] - W_U[answer] whatever the logits: they are not computed. */
  lossGradient(ops, { decoder, normed, answers, wrong }) {
    const rows = (tokens: Int32Array) =>
      ops.gather(decoder.unembedding.weight, ops.tensor(tokens, [tokens.length]));
    const index = Int32Array.from({ length: normed.shape[0]! }, (_, n) => n % answers.length);
    return ops.gather(ops.subtract(rows(wrong), rows(answers)), ops.tensor(index, [index.length]));
  },
};
