/** What is measured, against whom, on how much. */
import type { ContenderName } from "./contenders.ts";
import type { ShapeName } from "./shapes.ts";

export const jobNames = ["eap-ig", "evaluate", "lora-step", "full-step", "forward"] as const;
export type JobName = (typeof jobNames)[number];

/** How much of a job is done at a shape. */
export interface Size {
  /** Examples per run of ours: as many as in use, because examples share computation and each costs less the more there are. */
  examples: number;
  /** Examples per run of the others, whose cost is per batch; the results compared are on these. */
  reference: number;
  /** Runs of each contender; they take turns. */
  turns: number;
}

export interface Job {
  title: string;
  /** What times are given for. */
  unit: "example" | "step";
  /** Examples per unit. */
  perUnit: number;
  /** Examples that Python runs at once, and per step of training. */
  batch: number;
  /** Ours is the first, which the others are compared with. */
  contenders: readonly ContenderName[];
  sizes: Record<ShapeName, Size>;
}

const size = (examples: number, reference: number, turns: number): Size => ({ examples, reference, turns });
const STEP = 32;
const step = { unit: "step", perUnit: STEP, batch: STEP } as const;

export const jobs: Record<JobName, Job> = {
  "eap-ig": {
    title: "EAP-IG attribution (KL, m = 5)",
    unit: "example",
    perUnit: 1,
    batch: 16,
    contenders: ["ours", "plain", "unshared", "wasm"],
    sizes: {
      nano: size(500, 128, 5),
      "70m": size(500, 16, 3),
      "160m": size(500, 8, 2),
      "410m": size(128, 8, 1),
    },
  },
  evaluate: {
    title: "Evaluation of a circuit (5% of edges)",
    unit: "example",
    perUnit: 1,
    batch: 16,
    contenders: ["ours", "plain", "unshared", "wasm"],
    sizes: {
      nano: size(500, 256, 7),
      "70m": size(500, 32, 3),
      "160m": size(500, 16, 3),
      "410m": size(128, 8, 1),
    },
  },
  "lora-step": {
    title: "LoRA step (r = 32, batch 32, AdamW)",
    ...step,
    contenders: ["ours", "padded", "dynamic", "unshared", "wasm"],
    sizes: {
      nano: size(4 * STEP, 4 * STEP, 7),
      "70m": size(4 * STEP, STEP, 3),
      "160m": size(4 * STEP, STEP, 3),
      "410m": size(2 * STEP, STEP, 3),
    },
  },
  "full-step": {
    title: "Full fine-tuning step (batch 32, AdamW)",
    ...step,
    contenders: ["ours", "padded", "dynamic", "unshared"],
    sizes: {
      nano: size(4 * STEP, 4 * STEP, 7),
      "70m": size(4 * STEP, STEP, 3),
      "160m": size(4 * STEP, STEP, 3),
      "410m": size(STEP, STEP, 1),
    },
  },
  forward: {
    title: "Answering prompts (forward pass)",
    unit: "example",
    perUnit: 1,
    batch: 32,
    contenders: ["ours", "dynamic", "unshared", "wasm"],
    sizes: {
      nano: size(500, 256, 7),
      "70m": size(500, 128, 3),
      "160m": size(500, 64, 3),
      "410m": size(128, 32, 1),
    },
  },
};

/** As little of a job as still says something: a quarter of the examples, at least eight and one unit, and two turns. */
export function quickSize({ perUnit }: Job, { examples, reference, turns }: Size): Size {
  const fewer = (count: number) => Math.min(count, Math.max(perUnit, 8, count / 4));
  return size(fewer(examples), fewer(reference), Math.min(2, turns));
}
