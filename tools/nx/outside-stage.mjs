// @ts-check
/**
 * A stage run by an outside command, in any language. Its environment has the inputs; its output must meet the
 * contract of the kind of stage that it replaces, which is checked afterwards.
 */
import { delimiter, resolve } from "node:path";
import { hashFile, repositoryRoot, stageNamed, UserError, writtenAt } from "@ft/artifacts";
import { z } from "zod";
import { namedFiles } from "./named-files.mjs";
import { runChild } from "./run-child.mjs";

/** @import { StageChoice, StageContext, StageDefinition } from "@ft/artifacts" */
/** @typedef {Record<string, unknown>} Config */

/**
 * The stage as `runStage` runs it. Its configuration and roles are not checked. The manifests of its
 * tables record the command and the files it names, as they were before it ran.
 *
 * @param {StageChoice} choice
 * @param {string} command
 * @param {Pick<StageDefinition<Config>, "uses" | "runs" | "outputs" | "admitOutput">} contract of the kind of stage that it
 *   replaces: the tables it writes, and the check of them as a whole
 * @returns {StageDefinition<Config>}
 */
export function outsideStage({ experiment, stage }, command, { uses, runs, outputs, admitOutput }) {
  const root = repositoryRoot(experiment.file);
  const names = namedFiles(command, { root, experimentFolder: experiment.folder });
  const files = Object.fromEntries(names.map((name) => [name, hashFile(resolve(root, name))]));
  return {
    uses,
    package: "artifacts", // whose contracts alone it is bound by
    description: "an outside command",
    configSchema: z.record(z.string(), z.unknown()),
    ...(runs !== undefined && { runs }),
    outputs,
    admitOutput,
    outside: { command, files },
    async run(context) {
      const problem = await runCommand(command, root, environmentOf(context));
      if (problem === undefined) return;
      const at = { ...writtenAt(stageNamed(experiment, stage), ["run"]), value: command };
      throw new UserError(`the command of stage ${stage} ${problem}`, at);
    },
  };
}

/**
 * The environment variables of a command. Folders are absolute; several folders in one role are joined as in PATH.
 *
 * @param {StageContext<Config>} context
 * @returns {Record<string, string>}
 */
export function environmentOf(context) {
  const inputs = Object.entries(context.inputs).map(([role, folders]) => [
    `FT_INPUT_${role.toUpperCase().replaceAll("-", "_")}`,
    folders.join(delimiter),
  ]);
  return {
    FT_EXPERIMENT: context.experiment,
    FT_STAGE: context.stage,
    FT_CONFIG: JSON.stringify(context.config),
    FT_SEED: String(context.seed),
    FT_MODEL: context.model,
    FT_OUTPUT: context.output,
    FT_WORK: context.work,
    ...Object.fromEntries(inputs),
  };
}

/**
 * Runs a command in a shell. A signal that would end this process ends the command and all it has started instead, so
 * the caller can still remove partial output.
 *
 * @param {string} command
 * @param {string} cwd
 * @param {Record<string, string>} environment on top of this process's own
 * @returns {Promise<string | undefined>} how it failed, if it did
 */
async function runCommand(command, cwd, environment) {
  const env = { ...process.env, ...environment };
  const { code, signal } = await runChild(command, [], { cwd, env, shell: true });
  if (signal !== undefined) return `was ended by ${signal}`;
  return code === 0 ? undefined : `failed with exit code ${code}`;
}
