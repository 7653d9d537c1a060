/** What a circuit is asked to preserve: a number an example, from the logits at its last position. */
import type { Decoder, Ops, Tensor } from "@ft/model";
import { klDivergence } from "./kl-divergence.ts";
import { logitDifference } from "./logit-difference.ts";

/** One batch's read-outs; B examples. */
export interface MetricInput {
  decoder: Decoder;
  /** What the unembedding reads, [B, d]. */
  normed: Tensor;
  /** The same of the run that the metric compares with, [B, d]. */
  reference: Tensor;
  answers: Int32Array; // [B]
  wrong: Int32Array; // [B]
}

export interface Metric {
  name: "kl" | "logit-diff";
  /** Whether the metric needs the corrupted prompt's answer. */
  needsWrong: boolean;
  /** Whether it is smallest, with gradient 0, where the run equals its reference. */
  vanishesAtReference: boolean;
  /** The metric of each example, [B], from logits [B, vocabulary]. */
  value(ops: Ops, logits: Tensor, input: MetricInput): Tensor;
  /**
   * Each example's gradient [B, d] at what the unembedding reads. The quantity is a loss: what grows where the run gets
   * worse, so that a positive score means that corrupting the edge hurts.
   */
  lossGradient(ops: Ops, input: MetricInput): Tensor;
}

/** All metrics by name. */
export const metrics = { kl: klDivergence, "logit-diff": logitDifference } as const satisfies Record<
  string,
  Metric
>;

export type MetricName = keyof typeof metrics;
