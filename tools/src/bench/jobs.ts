/** What is measured, against whom, on how much. */
import type { ContenderName } from "./contenders.ts";
import type { JobName } from "./protocol.ts";
import type { ShapeName } from "./shapes.ts";

/** How much of a job is done at a shape. */
export interface Size {
  /** Examples a run of ours: as many as in use, as examples share computation and each costs less the more there are. */
  examples: number;
  /** Examples a run of the others, whose weights stay loaded and whose cost is per batch; the results compared are on these. */
  reference: number;
  /** Runs each, taking turns; see Contender for who runs less often. */
  turns: number;
  /** Who does it at this shape. @default all of the job's */
  contenders?: readonly ContenderName[];
}

export interface Job {
  name: JobName;
  title: string;
  /** What a time is given for. */
  unit: "example" | "step" | "model";
  /** Examples that make one unit. */
  perUnit: number;
  /** Examples that Python runs at once, and that a step of training has. */
  batch: number;
  /** The first one is what the others are compared with. */
  contenders: readonly ContenderName[];
  /** Shapes that are not named are too large for it. */
  sizes: Partial<Record<ShapeName, Size>>;
}

const size = (examples: number, reference: number, turns: number): Size => ({
  examples,
  reference,
  turns,
});

const STEP = 32;

export const jobs: Record<JobName, Job> = {
  "eap-ig": {
    name: "eap-ig",
    title: "EAP-IG attribution (KL, m = 5)",
    unit: "example",
    perUnit: 1,
    batch: 16,
    contenders: ["ours", "plain", "unshared", "wasm"],
    sizes: {
      nano: size(500, 128, 5),
      embedded: size(500, 64, 3),
      "70m": size(500, 16, 3),
      "160m": size(500, 8, 2),
      "410m": size(128, 8, 1),
    },
  },
  evaluate: {
    name: "evaluate",
    title: "Evaluation of a circuit (5% of edges)",
    unit: "example",
    perUnit: 1,
    batch: 16,
    contenders: ["ours", "plain", "unshared", "wasm"],
    sizes: {
      nano: size(500, 256, 7),
      embedded: size(500, 128, 5),
      "70m": size(500, 32, 3),
      "160m": size(500, 16, 3),
      "410m": size(128, 8, 1),
    },
  },
  "lora-step": {
    name: "lora-step",
    title: "LoRA step (r = 32, batch 32, AdamW)",
    unit: "step",
    perUnit: STEP,
    batch: STEP,
    contenders: ["ours", "padded", "dynamic", "unshared", "wasm"],
    sizes: {
      nano: size(4 * STEP, 4 * STEP, 7),
      embedded: size(4 * STEP, 4 * STEP, 5),
      "70m": size(4 * STEP, STEP, 3),
      "160m": size(4 * STEP, STEP, 3),
      "410m": size(2 * STEP, STEP, 3),
    },
  },
  "full-step": {
    name: "full-step",
    title: "Full fine-tuning step (batch 32, AdamW)",
    unit: "step",
    perUnit: STEP,
    batch: STEP,
    contenders: ["ours", "padded", "dynamic", "unshared"],
    sizes: {
      nano: size(4 * STEP, 4 * STEP, 7),
      embedded: size(4 * STEP, 4 * STEP, 5),
      "70m": size(4 * STEP, STEP, 3),
      "160m": size(4 * STEP, STEP, 3),
      "410m": size(STEP, STEP, 1),
    },
  },
  forward: {
    name: "forward",
    title: "Answering prompts (forward pass)",
    unit: "example",
    perUnit: 1,
    batch: 32,
    contenders: ["ours", "dynamic", "unshared", "wasm"],
    sizes: {
      nano: size(500, 256, 7),
      embedded: size(500, 256, 5),
      "70m": size(500, 128, 3),
      "160m": size(500, 64, 3),
      "410m": size(128, 32, 1),
    },
  },
  load: {
    name: "load",
    title: "Loading a model, up to a first prompt's logits",
    unit: "model",
    perUnit: 1,
    batch: 1,
    contenders: ["ours", "dynamic", "wasm"],
    sizes: {
      nano: size(1, 1, 5),
      embedded: size(1, 1, 5),
      "70m": size(1, 1, 3),
      "160m": size(1, 1, 3),
      "410m": size(1, 1, 1),
    },
  },
};

/**
 * The same job, done as little as still tells something: at shapes but the smallest once, and against the first of the
 * others alone.
 */
export function quick(job: Job): Job {
  const sizes = Object.entries(job.sizes).map(([shape, { examples, reference, turns }], i) => {
    const fewer = size(fewerOf(job, examples), fewerOf(job, reference), Math.min(2, turns));
    return [shape, i === 0 ? fewer : { ...fewer, turns: 1, contenders: job.contenders.slice(0, 2) }];
  });
  return { ...job, sizes: Object.fromEntries(sizes) };
}

/** A quarter, but a unit and eight at least. */
function fewerOf({ perUnit }: Job, examples: number): number {
  return Math.min(examples, Math.max(perUnit, 8, examples / 4));
}
