/** The messages between the bench and its workers, one in Node and one in Python: one JSON object per line. */
import type { JobName } from "./jobs.ts";
import type { ShapeName } from "./shapes.ts";

/** Prepares a worker for one job; the answer is a {@link Prepared}. */
export interface Prepare {
  do: "prepare";
  job: JobName;
  /** The variant: "shared" or "unshared" in Node, "plain", "padded" or "dynamic" in Python. */
  variant: string;
  /** A folder made by a {@link Make}. */
  folder: string;
  /** Examples per step of training, or per batch in Python. */
  batch: number;
  threads: number;
}

export interface Prepared {
  versions: Record<string, string>;
  /** Resident memory after loading the weights, before any computation. */
  readyBytes: number;
}

/** Does the job on the first examples; the answer is a {@link Measured}. */
export interface Run {
  do: "run";
  examples: number;
  /** Whether to return the result, for comparison. */
  values: boolean;
}

export interface Measured {
  /** CPU time of the process in seconds, over all threads. */
  cpu: number;
  /** Seconds. */
  wall: number;
  /** The peak resident memory of the process so far. */
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

/** The error, in place of an answer. */
export interface Refused {
  error: string;
}
