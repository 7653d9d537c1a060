/** What a circuit is asked to preserve: a number an example, from the logits at its last position. */
import type { Ops, Tensor } from "@ft/backend";
import type { Decoder } from "@ft/model";

/** What a batch's B examples are compared with. */
export interface Comparand {
  /** See {@link Metric.reference}. */
  reference: readonly Tensor[];
  answers: Int32Array; // [B]
  wrong: Int32Array; // [B]
}

/** One batch's read-outs; B examples, at K points each, point by point. */
export interface GradientInput extends Omit<Comparand, "reference"> {
  decoder: Decoder;
  /** What the unembedding reads, [K * B, d]. */
  normed: Tensor;
  /** The same of the run that the metric compares with, [B, d]. */
  reference: Tensor;
}

export interface Metric {
  /** Its name in experiments, in kebab case. */
  name: string;
  /** What it measures, for people: a phrase without an article. */
  description: string;
  /** Whether the metric needs the corrupted prompt's answer. */
  needsWrong: boolean;
  /** Whether it is smallest, with gradient 0, where the run equals its reference. */
  vanishesAtReference: boolean;
  /** What the metric takes from the logits [B, vocabulary] of the run that it compares with, once for all comparisons. */
  reference(ops: Ops, logits: Tensor): readonly Tensor[];
  /** The metric of each example, [B], from logits [B, vocabulary]. */
  value(ops: Ops, logits: Tensor, comparand: Comparand): Tensor;
  /**
   * Each row's gradient [K * B, d] at what the unembedding reads. The quantity is a loss: what grows where the run gets
   * worse, so that a positive score means that corrupting the edge hurts.
   */
  lossGradient(ops: Ops, input: GradientInput): Tensor;
}
