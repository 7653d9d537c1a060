/** Probability of the answer. */
import { atEveryPoint, atTokens, throughUnembedding } from "./logits-gradient.ts";
import type { Metric } from "./metric.ts";

export const probability: Metric = {
  name: "probability",
  description: "probability of the answer",
  needsWrong: false,
  vanishesAtReference: false,
  lossSign: -1,

  reference: () => [],

  value: (ops, logits, { answers }) => atTokens(ops, ops.softmax(logits), answers),

  /** The loss is -p at the answer, a linear function of the probabilities; the softmax takes its slope to the logits. */
  lossGradient: (ops, input) =>
    throughUnembedding(ops, input, (logits, _, first) => {
      const [points, count, vocabulary] = logits.shape as [number, number, number];
      const slope = new Float32Array(count * vocabulary);
      for (let n = 0; n < count; n++) slope[n * vocabulary + input.answers[first + n]!] = -1;
      const slopes = atEveryPoint(ops, ops.tensor(slope, [count, vocabulary]), points);
      return ops.softmaxGradient(ops.softmax(logits), slopes);
    }),
};
