// @ts-check
/**
 * Runs the stage of an experiment that has a `run` command.
 *
 * Usage: node tools/nx/run-outside.mjs --experiment FILE [--point POINT] --stage NAME
 */
import {
  chosenStage,
  kindNamed,
  parseStageArguments,
  reportFailure,
  runStage,
  stageNamed,
  UserError,
} from "@ft/artifacts";
import { outsideStage } from "./outside-stage.mjs";

/** @import { AnyStage } from "@ft/artifacts" */

try {
  const choice = chosenStage(parseStageArguments(process.argv.slice(2)));
  const { uses, run } = stageNamed(choice.experiment, choice.stage);
  if (run === undefined)
    throw new UserError(`stage ${choice.stage} has no \`run\` command`, { file: choice.experiment.file });
  await runStage(outsideStage(choice, run, await contractOf(uses)), choice);
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}

/**
 * @param {string} uses the name of a kind of stage
 * @returns {Promise<AnyStage>} the definition of that kind in its package
 */
async function contractOf(uses) {
  /** @type {{ stages: readonly AnyStage[] }} */
  const { stages } = await import(`@ft/${kindNamed(uses)?.package}`);
  const found = stages.find((stage) => stage.uses === uses);
  if (found === undefined) throw new Error(`package ${kindNamed(uses)?.package} defines no stage ${uses}`);
  return found;
}
