/** Stages by their own command line, in this process. */
import { resolve } from "node:path";
import { kindNamed } from "@ft/artifacts";

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
