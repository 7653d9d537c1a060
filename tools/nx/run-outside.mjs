// @ts-check
/**
 * Runs the stage of an experiment that has a `run` command.
 *
 * Usage: node tools/nx/run-outside.mjs --experiment FILE --stage NAME
 */
import { parseArgs } from "node:util";
import { loadExperiment, reportFailure, runStage, UserError } from "@ft/artifacts";
import { outsideStage } from "./outside-stage.mjs";

try {
  const { values } = parseArgs({ options: { experiment: { type: "string" }, stage: { type: "string" } } });
  const { experiment: path, stage } = values;
  if (path === undefined || stage === undefined) throw new UserError("--experiment and --stage are needed");
  const experiment = loadExperiment(path);
  const { uses, run } = experiment.stages[stage] ?? {};
  if (uses === undefined || run === undefined)
    throw new UserError(`no stage named ${stage} has a \`run\` command`, { file: experiment.file });
  const { outputs, admitOutput } = await import(`@ft/${uses}`);
  const definition = outsideStage(experiment, stage, uses, run, { outputs, admitOutput });
  await runStage(definition, { experiment: experiment.file, stage });
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
