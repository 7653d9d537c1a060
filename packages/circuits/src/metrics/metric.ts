/** The quantity that a circuit preserves: a number per example, from the logits at its last position. */
import type { Ops, Tensor } from "@ft/backend";
import type { Decoder } from "@ft/model";

/** The references for a batch's B examples. */
export interface Comparand {
  /** See {@link Metric.reference}. */
  reference: readonly Tensor[];
  answers: Int32Array; // [B]
  wrong: Int32Array; // [B]
}

/** One batch's read-outs; B examples, at K points each, point by point. */
export interface GradientInput extends Omit<Comparand, "reference"> {
  decoder: Decoder;
  /** The unembedding's input, [K * B, d]. */
  normed: Tensor;
  /** The same of the prompt that the metric compares with, [B, d]. */
  reference: Tensor;
}

export interface Metric {
  /** Its name in experiments, in kebab case. */
  name: string;
  /** What it measures, for people: a phrase without an article. */
  description: string;
  /** Whether the metric needs the corrupted prompt's answer. */
  needsWrong: boolean;
  /** Whether it is a divergence from a reference, where it has its minimum, 0, with gradient 0. */
  vanishesAtReference: boolean;
  /** The loss, which grows as the output gets worse, is the value times this: 1 for a divergence, -1 for what should be large. */
  lossSign: 1 | -1;
  /** Computed from the reference logits [B, vocabulary], once for all comparisons. */
  reference(ops: Ops, logits: Tensor): readonly Tensor[];
  /** The metric of each example, [B], from logits [B, vocabulary]. */
  value(ops: Ops, logits: Tensor, comparand: Comparand): Tensor;
  /**
   * Each row's gradient [K * B, d] at the unembedding's input. The quantity is a loss, which grows as the output gets
   * worse, so a positive score means that corrupting the edge hurts.
   */
  lossGradient(ops: Ops, input: GradientInput): Tensor;
}
