/** What the bench and its workers, one in Node and one in Python, tell each other: a JSON object a line. */
import type { GrowthSetup } from "./growth/axes.ts";
import type { ShapeName } from "./shapes.ts";

export const jobNames = ["eap-ig", "evaluate", "lora-step", "full-step", "forward", "load"] as const;
export type JobName = (typeof jobNames)[number];

/** Readies a worker for one job; the answer is a {@link Prepared}. */
export interface Prepare {
  do: "prepare";
  job: JobName;
  /** How the worker does it: "shared" or "unshared" in Node, "plain", "padded" or "dynamic" in Python. */
  variant: string;
  /** The folder of {@link makeWorkload}. */
  folder: string;
  /** Examples a step of training, or that Python runs at once. */
  batch: number;
  threads: number;
  /** Counts and times operations; the Node side alone does this. */
  profile?: boolean;
}

export interface Prepared {
  versions: Record<string, string>;
  /** Resident memory now that weights are loaded and nothing is computed. */
  readyBytes: number;
}

/** Does the job on the first examples; the answer is a {@link Measured}. */
export interface Run {
  do: "run";
  examples: number;
  /** Whether the result is sent back, to compare it. */
  values: boolean;
}

export interface Measured {
  /** Process CPU time, all threads, in seconds. */
  cpu: number;
  /** Seconds. */
  wall: number;
  values: number[] | null;
  /** Of a worker that counts them. */
  operations?: Operation[];
}

/** What one kind of operation took in a run; see OperationCount of @ft/model. */
export interface Operation {
  name: string;
  calls: number;
  flops: number;
  milliseconds: number;
}

/** Measures how fast this machine multiplies large matrices; the Node side alone does this, once prepared. */
export interface Speed {
  do: "speed";
}

export interface SpeedMeasured {
  /** Floating-point operations a second of CPU time, which is to say a core. */
  flops: number;
}

/** Measures what one computation costs; the Node side alone does this. The answer is a {@link Cost}. */
export interface Grow {
  do: "grow";
  /** Of nano's workload, for its prompts. */
  folder: string;
  threads: number;
  setup: GrowthSetup;
}

export interface Cost {
  /** CPU milliseconds. */
  cpu: number;
  /** Floating-point operations. */
  flops: number;
  /** Operations of the backend. */
  operations: number;
}

/** Ends a worker; the answer is an {@link Ended}. */
export interface End {
  do: "end";
}

export interface Ended {
  /** The largest resident memory of the process from its start. */
  peakBytes: number;
  /** The largest since it was ready; the same where the system cannot tell. */
  workingBytes: number;
}

/** In place of an answer: why there is none. */
export interface Refused {
  error: string;
}

/** Makes a workload's folder where there is none; the Node side alone does this. The answer is empty. */
export interface Make {
  do: "make";
  shape: ShapeName;
  folder: string;
  /** The repository's. */
  root: string;
}

export type Request = Prepare | Run | End | Make | Speed | Grow;
