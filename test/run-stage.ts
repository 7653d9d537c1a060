/** Stages by their own command line, in this process. */
import { resolve } from "node:path";
import { kindNamed } from "@ft/artifacts";

/** The stages of an experiment that trains on few examples. */
export const shortTraining = {
  data: {
    uses: "data",
    config: {
      task: "add-sub",
      options: { within: 49 },
      examples: 40,
      split: { circuit: 0.2, validation: 0.1 },
    },
  },
  plan: { uses: "lora", config: { plans: [{ name: "lora-2", method: "uniform", rank: 2 }] } },
  train: {
    uses: "train",
    inputs: { data: "data", plan: "plan" },
    config: { seeds: [1], epochs: 1, batch: 8, warmUp: 1, learningRates: [0.01], checkpoints: { count: 2 } },
  },
};

/** A module that is a program's entry, and therefore no package exports. @param path from the repository's root */
export function sourceOf(path: string): string {
  return resolve(import.meta.dirname, "..", path);
}

/**
 * Runs a stage of an experiment, whose module reads the arguments as it is loaded. A mistake is left in `process.exitCode`.
 *
 * @param experiment the path of its experiment.json
 */
export async function runStage(experiment: string, stage: string, uses: string): Promise<void> {
  const { argv } = process;
  process.argv = [argv[0]!, uses, "--experiment", experiment, "--stage", stage];
  const main = sourceOf(`packages/${kindNamed(uses)!.package}/src/main.ts`);
  await import(`${main}?run=${encodeURIComponent(`${experiment} ${stage}`)}`);
  process.argv = argv;
}
