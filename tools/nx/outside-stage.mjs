// @ts-check
/**
 * A stage whose work is done by any command, in any language. Its environment says what it needs to know; what it must
 * write is the contract of the kind of stage it stands in for, and that is checked after it has run.
 */
import { delimiter, dirname, resolve } from "node:path";
import { hashFile, repositoryRoot, UserError } from "@ft/artifacts";
import { z } from "zod";
import { namedFiles } from "./named-files.mjs";
import { runChild } from "./run-child.mjs";

/** @import { StageChoice, StageContext, StageDefinition } from "@ft/artifacts" */
/** @typedef {Record<string, unknown>} Config */

/**
 * The stage as `runStage` runs it. Its configuration is the command's own business, and so are its roles. The manifests
 * of what it writes record the command and the files it names, as they were before it ran.
 *
 * @param {StageChoice} choice
 * @param {string} command
 * @param {Pick<StageDefinition<Config>, "uses" | "runs" | "outputs" | "admitOutput">} contract of the kind of stage that it stands in
 *   for: the tables it writes, and what judges them as a whole
 * @returns {StageDefinition<Config>}
 */
export function outsideStage({ experiment: { file }, stage }, command, { uses, runs, outputs, admitOutput }) {
  const root = repositoryRoot(file);
  const names = namedFiles(command, { root, experimentFolder: dirname(file) });
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
      const at = { file, place: `stages.${stage}.run`, value: command };
      throw new UserError(`the command of stage ${stage} ${problem}`, at);
    },
  };
}

/**
 * What a command learns of its stage. Folders are absolute; several folders in one role are joined as in PATH.
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
 * that whoever waits here can still remove what they have written so far.
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
