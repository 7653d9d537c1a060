/** Jensen-Shannon divergence from a reference distribution q, averaged over the vocabulary as the KL divergence is (as in MIB). */
import type { Ops, Tensor } from "@ft/backend";
import { atEveryPoint, throughUnembedding } from "./logits-gradient.ts";
import type { Metric } from "./metric.ts";

export const jsDivergence: Metric = {
  name: "js",
  description: "Jensen-Shannon divergence of the output, which is symmetric and bounded",
  needsWrong: false,
  vanishesAtReference: true,
  lossSign: 1,

  /** log q. */
  reference: (ops, logits) => [ops.logSoftmax(logits)], // [B, vocabulary]

  /** mean over the vocabulary of p log(p / m) / 2 + q log(q / m) / 2, with m = (p + q) / 2. */
  value(ops, logits, { reference: [logQ] }) {
    const logP = ops.logSoftmax(logits);
    const [fromP, fromQ] = logsOverMean(ops, logP, logQ!);
    const terms = ops.add(ops.multiply(ops.exp(logP), fromP), ops.multiply(ops.exp(logQ!), fromQ));
    return ops.scale(ops.mean(terms, [1]), 1 / 2);
  },

  /** At p the derivative is log(p / m) / 2; the softmax takes it to the logits. */
  lossGradient: (ops, input) =>
    throughUnembedding(ops, input, (logits, reference) => {
      const logP = ops.logSoftmax(logits); // [K, n, vocabulary]
      const logQ = atEveryPoint(ops, ops.logSoftmax(reference), logP.shape[0]!);
      const [dP] = logsOverMean(ops, logP, logQ);
      return ops.softmaxGradient(ops.exp(logP), ops.scale(dP, 1 / (2 * reference.shape[1]!)));
    }),
};

/** log(p / m) and log(q / m) for m = (p + q) / 2, from log p and log q of one shape: a softmax over the two of them, times 2. */
function logsOverMean(ops: Ops, logP: Tensor, logQ: Tensor): [Tensor, Tensor] {
  const pair = ops.concat([ops.reshape(logP, [-1, 1]), ops.reshape(logQ, [-1, 1])], 1);
  const doubled = ops.add(ops.logSoftmax(pair), ops.tensor(Float32Array.of(Math.LN2), [1]));
  const column = (n: number) => ops.reshape(ops.slice(doubled, [0, n], [-1, 1]), logP.shape);
  return [column(0), column(1)];
}
