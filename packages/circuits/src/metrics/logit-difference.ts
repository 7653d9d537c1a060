/** Logit of the answer minus logit of the corrupted prompt's answer. */
import { atTokens } from "./logits-gradient.ts";
import type { Metric } from "./metric.ts";

export const logitDifference: Metric = {
  name: "logit-diff",
  description: "logit of the answer against that of the corrupted prompt's",
  needsWrong: true,
  vanishesAtReference: false,
  lossSign: -1,

  reference: () => [],

  value: (ops, logits, { answers, wrong }) =>
    ops.subtract(atTokens(ops, logits, answers), atTokens(ops, logits, wrong)),

  /** The loss's gradient is W_U[wrong] - W_U[answer] whatever the logits: they are not computed. */
  lossGradient(ops, { decoder, normed, answers, wrong }) {
    const rows = (tokens: Int32Array) =>
      ops.gather(decoder.unembedding.weight, ops.tensor(tokens, [tokens.length]));
    const index = Int32Array.from({ length: normed.shape[0]! }, (_, n) => n % answers.length);
    return ops.gather(ops.subtract(rows(wrong), rows(answers)), ops.tensor(index, [index.length]));
  },
};
