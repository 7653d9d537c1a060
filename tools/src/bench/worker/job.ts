/** A job as a worker runs it. */
import type { Ops } from "@ft/backend";
import type { Workload } from "../workload.ts";

export interface Setting {
  ops: Ops;
  /** With config.json, model.safetensors and what else a workload has. */
  folder: string;
  workload: Workload;
  /** Share what prompts have in common. */
  share: boolean;
  /** Examples a step of training. */
  batch: number;
}

/** Does a job on the first examples of the workload and returns its result. */
export type Runner = (examples: number) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** Gets a job ready, which is not measured. */
export type PrepareJob = (setting: Setting) => Promise<Runner>;
