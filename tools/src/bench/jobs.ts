/** The jobs, their contenders and their sizes. */
import type { ContenderName } from "./contenders.ts";
import type { ShapeName } from "./shapes.ts";

export const jobNames = ["eap-ig", "evaluate", "lora-step", "full-step", "forward"] as const;
export type JobName = (typeof jobNames)[number];

/** The size of a job for a model. */
export interface Size {
  /** Examples per repetition of ours: as many as in practice, because examples share computation and more of them cost less each. */
  examples: number;
  /** Examples per repetition of the others, whose cost is per batch; results are compared on these. */
  reference: number;
  /** Repetitions of each contender; they take turns. */
  turns: number;
}

export interface Job {
  title: string;
  /** The unit of reported times. */
  unit: "example" | "step";
  /** Examples per unit. */
  perUnit: number;
  /** Batch size of Python, and examples per step of training. */
  batch: number;
  /** The first is ours, with which the others are compared. */
  contenders: readonly ContenderName[];
  sizes: Record<ShapeName, Size>;
}

type Counts = readonly [examples: number, reference: number, turns: number];

function sizes(...counts: readonly [nano: Counts, s70: Counts, s160: Counts, s410: Counts]): Job["sizes"] {
  const [nano, s70, s160, s410] = counts.map(([examples, reference, turns]) => ({
    examples,
    reference,
    turns,
  }));
  return { nano: nano!, "70m": s70!, "160m": s160!, "410m": s410! };
}

const STEP = 32;
const step = { unit: "step", perUnit: STEP, batch: STEP } as const;
const example = { unit: "example", perUnit: 1 } as const;

export const jobs: Record<JobName, Job> = {
  "eap-ig": {
    title: "EAP-IG attribution (KL, m = 5)",
    ...example,
    batch: 16,
    contenders: ["ours", "plain", "unshared", "wasm"],
    sizes: sizes([500, 128, 5], [500, 16, 3], [500, 8, 2], [128, 8, 1]),
  },
  evaluate: {
    title: "Evaluation of a circuit (5% of edges)",
    ...example,
    batch: 16,
    contenders: ["ours", "plain", "unshared", "wasm"],
    sizes: sizes([500, 256, 7], [500, 32, 3], [500, 16, 3], [128, 8, 1]),
  },
  "lora-step": {
    title: "LoRA step (r = 32, batch 32, AdamW)",
    ...step,
    contenders: ["ours", "padded", "dynamic", "unshared", "wasm"],
    sizes: sizes([128, 128, 7], [128, STEP, 3], [128, STEP, 3], [64, STEP, 3]),
  },
  "full-step": {
    title: "Full fine-tuning step (batch 32, AdamW)",
    ...step,
    contenders: ["ours", "padded", "dynamic", "unshared"],
    sizes: sizes([128, 128, 7], [128, STEP, 3], [128, STEP, 3], [STEP, STEP, 1]),
  },
  forward: {
    title: "Answering prompts (forward pass)",
    ...example,
    batch: 32,
    contenders: ["ours", "dynamic", "unshared", "wasm"],
    sizes: sizes([500, 256, 7], [500, 128, 3], [500, 64, 3], [128, 32, 1]),
  },
};

/** A quick version of a job: a quarter of the examples, at least eight and one unit, and two turns. */
export function quickSize({ perUnit }: Job, { examples, reference, turns }: Size): Size {
  const fewer = (count: number) => Math.min(count, Math.max(perUnit, 8, count / 4));
  return { examples: fewer(examples), reference: fewer(reference), turns: Math.min(2, turns) };
}
