/** How an experiment of the reproduction was computed: kept next to its tables, and part of no hash. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseConfig, readJson } from "@ft/artifacts";
import { z } from "zod";

/** Its name, in the experiment's folder. */
export const RECORD_FILE = "record.json";

export const recordSchema = z.object({
  /** The command that computed it. */
  command: z.string(),
  /** The last commit that changed what decides results; null outside of a checkout. */
  commit: z.string().nullable(),
  /** Whether files differed from that commit. */
  changed: z.boolean(),
  machine: z.object({
    processor: z.string(),
    cores: z.int(),
    memoryGiB: z.number(),
    system: z.string(),
  }),
  /** Version of Node. */
  node: z.string(),
  /** Seconds of each stage that was computed there, by "EXPERIMENT.STAGE". */
  seconds: z.record(z.string(), z.number()),
});

export type RunRecord = z.infer<typeof recordSchema>;

/**
 * The record of an experiment; undefined if none was kept.
 *
 * @param folder of the experiment
 * @throws UserError if it is not one
 */
export function readRecord(folder: string): RunRecord | undefined {
  const file = join(folder, RECORD_FILE);
  return existsSync(file) ? parseConfig(recordSchema, readJson(file), { file }) : undefined;
}

/** "Intel Xeon, 2 cores, 24 GiB, linux 6.1". */
export function describeMachine({ machine: { processor, cores, memoryGiB, system } }: RunRecord): string {
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}`;
}
