/** The messages between the bench and its workers, one in Node and one in Python: one JSON object per line. */
import type { JobName } from "./jobs.ts";
import type { ShapeName } from "./shapes.ts";

/** Readies a worker for one job; the answer is a {@link Prepared}. */
export interface Prepare {
  do: "prepare";
  job: JobName;
  /** How the worker does it: "shared" or "unshared" in Node, "plain", "padded" or "dynamic" in Python. */
  variant: string;
  /** A folder made by a {@link Make}. */
  folder: string;
  /** Examples per step of training, or that Python runs at once. */
  batch: number;
  threads: number;
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
  /** CPU time of the process in seconds, over all threads. */
  cpu: number;
  /** Seconds. */
  wall: number;
  /** The largest resident memory of the process so far. */
  peakBytes: number;
  values: number[] | null;
}

/** Makes a workload's folder; only the Node worker does this. The answer is empty. */
export interface Make {
  do: "make";
  shape: ShapeName;
  folder: string;
  /** The repository's root folder. */
  root: string;
}

export type Request = Prepare | Run | Make;

/** Instead of an answer: why there is none. */
export interface Refused {
  error: string;
}
