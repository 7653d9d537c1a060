import { dirname, resolve } from "node:path";
import { canonicalJson, hashOf, UserError } from "@ft/bytes";
import { parseConfig } from "../config/parse-config.ts";
import type { StageEntry } from "../experiment/experiment.ts";
import { type LoadedExperiment, stageNamed } from "../experiment/load-experiment.ts";
import { repositoryRoot } from "../experiment/repository-root.ts";
import { codeHash } from "../manifest/code.ts";
import type { Provenance } from "../manifest/manifest.ts";
import { createProvenance } from "../manifest/provenance.ts";
import { hashModel } from "./hash-model.ts";
import type { StageDefinition } from "./stage.ts";
import { outputFolder, workFolder } from "./stage-folders.ts";
import { type InputFolders, verifyInputs } from "./verify-inputs.ts";

/** A stage of an experiment, ready to run: its inputs are verified, its folders known. */
export interface PreparedStage<Config> {
  experiment: string;
  stage: string;
  /** The folder that holds experiment.json. */
  folder: string;
  entry: StageEntry;
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
  experiment: LoadedExperiment;
  stage: string;
}

/** What of a stage's definition is needed before it runs. */
export type StageContract<Config> = Omit<StageDefinition<Config>, "run" | "admitOutput">;

/**
 * Resolves and verifies all that a stage needs before it runs.
 *
 * @throws UserError for every mistake in the experiment, the stage's configuration, its inputs or the base model
 */
export function prepareStage<Config>(
  contract: StageContract<Config>,
  { experiment, stage }: StageChoice,
): PreparedStage<Config> {
  const { file, name, seed } = experiment;
  const entry = stageNamed(experiment, stage);
  if (entry.uses !== contract.uses) {
    throw new UserError(`stage ${stage} is of another kind than ${contract.uses}`, {
      file,
      value: entry.uses,
    });
  }
  const config = parseConfig(contract.configSchema, entry.config, { file, place: `stages.${stage}.config` });
  const root = repositoryRoot(file);
  const model = resolve(root, experiment.model);
  const inputs = Object.fromEntries(
    Object.entries(entry.inputs).map(([role, stages]) => [
      role,
      [stages].flat().map((source) => outputFolder(root, name, source)),
    ]),
  );
  const { hashes, runs } = verifyInputs(inputs, contract.inputs, { file, place: `stages.${stage}.inputs` });
  const provenance = createProvenance({
    producer: { experiment: name, stage, uses: entry.uses },
    runs: contract.runs === "own" ? { experiment: name, stage } : (runs.get(contract.runs ?? "") ?? null),
    inputs: { ...hashes, model: hashModel(model) },
    config: JSON.parse(JSON.stringify(config)),
    seed,
    code: codeHash(contract.package),
    ...(contract.outside && { outside: contract.outside }),
  });
  const { FT_BACKEND = null, FT_THREADS = null } = process.env;
  const key = hashOf(canonicalJson({ ...provenance, versions: {}, FT_BACKEND, FT_THREADS })).slice(0, 16);
  const output = outputFolder(root, name, stage);
  return {
    experiment: name,
    stage,
    folder: dirname(file),
    entry,
    config,
    seed,
    root,
    model,
    inputs,
    output,
    work: workFolder(root, name, stage, key),
    provenance,
  };
}
