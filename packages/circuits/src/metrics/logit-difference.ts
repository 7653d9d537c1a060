/** Logit of the answer minus logit of the corrupted prompt's answer. */
import type { Ops, Tensor } from "@ft/model";
import type { Metric } from "./metric.ts";

export const logitDifference: Metric = {
  name: "logit-diff",
  needsWrong: true,
  vanishesAtReference: false,

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

  /** The loss is minus the difference, so its gradient is W_U[wrong] - W_U[answer] whatever the run: no logits needed. */
  lossGradient(ops, { decoder, normed, answers, wrong }) {
    const rows = (tokens: Int32Array) =>
      ops.gather(decoder.unembedding.weight, ops.tensor(tokens, [tokens.length]));
    return repeatRows(ops, ops.subtract(rows(wrong), rows(answers)), normed.shape[0]! / answers.length);
  },
};

/** Each row [B, d] `times` times in a row, [B * times, d]. */
function repeatRows(ops: Ops, t: Tensor, times: number): Tensor {
  const [rows, width] = t.shape as [number, number];
  const index = Int32Array.from({ length: rows * times }, (_, i) => Math.trunc(i / times));
  return ops.reshape(ops.gather(t, ops.tensor(index, [index.length])), [rows * times, width]);
}
