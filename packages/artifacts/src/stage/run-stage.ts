import { mkdirSync, rmSync } from "node:fs";
import { swapFolder } from "../files/swap-folder.ts";
import { createProgress } from "../progress/create-progress.ts";
import type { Progress } from "../progress/progress.ts";
import { admitOutside } from "./admit-outside.ts";
import { checkStageOutput } from "./check-output.ts";
import { recordDuration } from "./durations.ts";
import { type PreparedStage, prepareStage, type StageChoice } from "./prepare-stage.ts";
import type { StageDefinition } from "./stage.ts";
import { refusedFolder } from "./stage-folders.ts";
import { partFolder, removeUnusedParts } from "./work-parts.ts";

/**
 * Runs one stage of an experiment: verifies its inputs, lets it write into a temporary folder, checks every table it
 * must have written, and swaps the folder in as a whole. If anything fails, an earlier output stays as it was. The parts of
 * its work are kept for the next run, after a success only those it used. An outside command's output that is refused is kept as well, at the path
 * that the error names.
 *
 * @returns the output folder
 */
export async function runStage<Config>(
  definition: StageDefinition<Config>,
  choice: StageChoice,
  progress: Progress = createProgress(),
): Promise<string> {
  const start = performance.now();
  const since = Date.now();
  const { root, output, ...prepared } = prepareStage(definition, choice);
  mkdirSync(prepared.work, { recursive: true });
  const refused = refusedFolder(root, prepared.experiment, prepared.stage);
  rmSync(refused, { recursive: true, force: true });
  try {
    await swapFolder(output, async (temporary) => {
      const work = definition.outside ? commandFolder(prepared, definition.outside) : prepared.work;
      const context = { ...prepared, work, output: temporary, progress };
      await definition.run(context);
      if (definition.outside) await admitOutside(definition, context, refused);
      else await checkStageOutput(temporary, definition.outputs);
    });
  } finally {
    progress.stop();
  }
  recordDuration(root, prepared.experiment, prepared.stage, (performance.now() - start) / 1000);
  if (definition.outside) rmSync(prepared.work, { recursive: true, force: true });
  else removeUnusedParts(prepared.work, since);
  return output;
}

/** The folder of an outside command's work, all of it a single part: nothing is known of what decides what in it. */
function commandFolder(
  prepared: Pick<PreparedStage<unknown>, "work" | "provenance" | "inputs" | "config">,
  outside: StageDefinition<unknown>["outside"],
): string {
  const { inputs, config } = prepared;
  return partFolder(prepared, { backend: null, roles: Object.keys(inputs), of: { outside, config } });
}
