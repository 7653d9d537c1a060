/** What the circuits stage does at which checkpoints. */

import { UserError } from "@ft/artifacts";
import type { CircuitsConfig } from "../config.ts";
import { type CheckpointKey, chooseCheckpoints, isSameRun, listCheckpoints } from "./checkpoints.ts";

/** The checkpoints of one train stage. */
export interface Job {
  folder: string;
  keys: CheckpointKey[];
  /** Of each checkpoint, the fractions evaluated, ascending. */
  fractions: number[][];
}

/**
 * What is to be done at which checkpoints.
 * @param folders of the role `train`
 * @throws UserError when two of them have the same run, or a chosen checkpoint is not there
 */
export function planJobs(folders: readonly string[], config: CircuitsConfig): Job[] {
  const jobs = folders.map((folder) => {
    const keys = chooseCheckpoints(listCheckpoints(folder), config.checkpoints);
    const curve = new Set(chooseCheckpoints(keys, config.curve));
    const all = [...new Set([config.fraction, ...config.fractions])].sort((a, b) => a - b);
    return { folder, keys, fractions: keys.map((key) => (curve.has(key) ? all : [config.fraction])) };
  });
  for (const [i, { folder, keys }] of jobs.entries()) {
    const others = jobs.slice(0, i).flatMap((job) => job.keys);
    const twice = keys.find((key) => others.some((other) => isSameRun(key, other)));
    if (twice === undefined) continue;
    throw new UserError("two train stages have the same run and seed", {
      file: folder,
      value: `${twice.run}, seed ${twice.seed}`,
      remedy: "find the circuits of one of them at a time, or rename its plan",
    });
  }
  return jobs;
}
