import { dirname } from "node:path";
import { UserError } from "@ft/bytes";
import { type Experiment, modelFolder, placeOf, repositoryRoot, stageNamed } from "@ft/experiment";
import { parseConfig } from "../config/parse-config.ts";
import { codeHash } from "../manifest/code.ts";
import type { Provenance } from "../manifest/manifest.ts";
import { createProvenance } from "../manifest/provenance.ts";
import { modelOrigin } from "./hash-model.ts";
import type { StageDefinition } from "./stage.ts";
import { outputFolder, workFolder } from "./stage-folders.ts";
import { type InputFolders, verifyInputs } from "./verify-inputs.ts";

/** A stage of an experiment, ready to run: its inputs are verified, its folders known. */
export interface PreparedStage<Config> {
  /** The run whose folder the output is in, and the stage in it: see {@link Experiment}. */
  experiment: string;
  stage: string;
  /** The folder that holds experiment.json. */
  folder: string;
  config: Config;
  seed: number;
  /** The repository's root; every other path is absolute too. */
  root: string;
  model: string;
  inputs: InputFolders;
  output: string;
  work: string;
  provenance: Provenance;
}

/** Which stage of which experiment. */
export interface StageChoice {
  experiment: Experiment;
  stage: string;
}

/** The parts of a stage's definition that are needed before it runs. */
export type StageContract<Config> = Omit<
  StageDefinition<Config>,
  "run" | "admitOutput" | "checkConfig" | "estimate"
>;

/**
 * Resolves and verifies all that a stage needs before it runs.
 *
 * @throws UserError for every mistake in the experiment, the stage's configuration, its inputs or the base model
 */
export function prepareStage<Config>(
  contract: StageContract<Config>,
  choice: StageChoice,
): PreparedStage<Config> {
  const { experiment } = choice;
  const { file, folder, seed } = experiment;
  const chosen = stageNamed(experiment, choice.stage);
  if (chosen.uses !== contract.uses) {
    throw new UserError(`stage ${choice.stage} is not of kind ${contract.uses}`, {
      file,
      value: chosen.uses,
    });
  }
  const config = parseConfig(contract.configSchema, chosen.config, {
    file,
    place: (path) => placeOf(experiment, chosen, ["config", ...path]),
  });
  const { experiment: name, stage } = chosen.home;
  const root = repositoryRoot(file);
  const model = modelFolder(experiment.model, root);
  const inputs = Object.fromEntries(
    Object.entries(chosen.inputs).map(([role, sources]) => [
      role,
      sources.map((source) => outputFolder(root, source.experiment, source.stage)),
    ]),
  );
  const output = outputFolder(root, name, stage);
  const { hashes, runs } = verifyInputs(inputs, contract.inputs, dirname(output));
  const { inputs: base, ...origin } = modelOrigin(model);
  const provenance = createProvenance({
    ...origin,
    producer: { experiment: name, stage, uses: chosen.uses },
    runs: contract.runs === "own" ? { experiment: name, stage } : (runs.get(contract.runs ?? "") ?? null),
    inputs: { ...hashes, ...base },
    config: JSON.parse(JSON.stringify(config)),
    seed,
    code: codeHash(contract.package),
    ...(contract.outside && { outside: contract.outside }),
  });
  return {
    experiment: name,
    stage,
    folder,
    config,
    seed,
    root,
    model,
    inputs,
    output,
    work: workFolder(root, name, stage),
    provenance,
  };
}
