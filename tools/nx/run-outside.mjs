// @ts-check
/**
 * Runs the stage of an experiment that has a `run` command.
 *
 * Usage: node tools/nx/run-outside.mjs --experiment FILE [--point POINT] --stage NAME
 */
import { parseArgs } from "node:util";
import { kindNamed, loadExperiment, reportFailure, runStage, stageNamed, UserError } from "@ft/artifacts";
import { outsideStage } from "./outside-stage.mjs";

/** @import { AnyStage } from "@ft/artifacts" */

try {
  const text = /** @type {const} */ ({ type: "string" });
  const { values } = parseArgs({ options: { experiment: text, point: text, stage: text } });
  const { experiment, point, stage } = values;
  if (experiment === undefined || stage === undefined)
    throw new UserError("--experiment and --stage are needed");
  const choice = { experiment: loadExperiment(experiment, point), stage };
  const { uses, run } = stageNamed(choice.experiment, choice.stage);
  if (run === undefined)
    throw new UserError(`stage ${choice.stage} has no \`run\` command`, { file: choice.experiment.file });
  await runStage(outsideStage(choice, run, await contractOf(uses)), choice);
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}

/**
 * @param {string} uses name of a kind of stage
 * @returns {Promise<AnyStage>} the definition of that kind in its package
 */
async function contractOf(uses) {
  /** @type {{ stages: readonly AnyStage[] }} */
  const { stages } = await import(`@ft/${kindNamed(uses)?.package}`);
  const found = stages.find((stage) => stage.uses === uses);
  if (found === undefined) throw new Error(`package ${kindNamed(uses)?.package} defines no stage ${uses}`);
  return found;
}
