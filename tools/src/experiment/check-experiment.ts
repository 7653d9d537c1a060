/** Checks an experiment as a whole, before any of it runs. */

import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  type ConfigProblem,
  type Experiment,
  type ExperimentFile,
  Experiments,
  type Problems,
  renderRef,
  repositoryRoot,
  type Stage,
  tryConfig,
  UserError,
  writtenAt,
} from "@ft/artifacts";
import { configFiles } from "@ft/experiment";
import { findExperiment } from "./find-experiment.ts";
import { type StageDefinitions, stageDefinitions } from "./stage-definitions.ts";

/**
 * Checks experiment.json with the configuration of every stage in it, the base model, and the files that it names; for a sweep,
 * those of every point, or of the given one.
 *
 * @param given a path or a name, see {@link findExperiment}
 * @throws UserError listing every mistake
 */
export async function checkExperiment(given: string): Promise<ExperimentFile> {
  const { file, point } = findExperiment(given);
  const experiments = new Experiments();
  const inspected = experiments.inspect(file);
  if (point === "") return checkInspected(inspected);
  const experiment = experiments.readPoint(file, point);
  const found = { name: experiment.name, file, experiment, runs: [experiment] };
  return checkInspected({ problems: inspected.problems, found });
}

/**
 * The same for a file that has been read.
 *
 * @throws UserError listing every mistake
 */
export async function checkInspected({ problems, found }: Inspected): Promise<ExperimentFile> {
  if (found === undefined) throw problems.toError();
  const check = new Check(await stageDefinitions(), problems);
  const runs = found.runs.length > 0 ? found.runs : [found.experiment];
  for (const run of runs) await check.experiment(run);
  if (problems.count > 0) throw problems.toError();
  return found;
}

type Inspected = ReturnType<Experiments["inspect"]>;

/** A stage or a model that several experiments share is checked once. */
class Check {
  readonly #definitions: StageDefinitions;
  readonly #problems: Problems;
  readonly #stages = new Set<string>();
  readonly #models = new Map<string, boolean>();

  constructor(definitions: StageDefinitions, problems: Problems) {
    this.#definitions = definitions;
    this.#problems = problems;
  }

  async experiment(experiment: Experiment): Promise<void> {
    const model = resolve(repositoryRoot(dirname(experiment.file)), experiment.model);
    const usable = await this.#model(model, experiment);
    for (const stage of experiment.stages.values()) {
      const home = renderRef(stage.home);
      if (this.#stages.has(home)) continue;
      this.#stages.add(home);
      for (const { path, problem } of await this.#stage(stage, experiment.folder, usable ? model : undefined))
        this.#problems.add(writtenAt(stage, ["config", ...path]), problem);
    }
  }

  /** @returns whether the base model and its tokenizer can be read */
  async #model(folder: string, { file }: Experiment): Promise<boolean> {
    const known = this.#models.get(folder);
    if (known !== undefined) return known;
    const { loadModel, openTokenizer } = await import("@ft/model");
    const usable = await Promise.all([loadModel(folder), openTokenizer(folder)])
      .then(() => true)
      .catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        const where = error.at.file === undefined ? "" : ` (${error.at.file})`;
        this.#problems.add({ file, place: "model" }, `${error.problem}${where}`);
        return false;
      });
    this.#models.set(folder, usable);
    return usable;
  }

  /** The configuration of an outside command is not checked. */
  async #stage(stage: Stage, folder: string, model: string | undefined): Promise<ConfigProblem[]> {
    const definition = this.#definitions.get(stage.uses);
    if (definition === undefined || stage.run !== undefined) return [];
    const parsed = tryConfig(definition.configSchema, stage.config);
    if ("problems" in parsed) return parsed.problems;
    const missing = missingFiles(stage, folder);
    if (model === undefined || missing.length > 0) return missing;
    return [...missing, ...((await definition.checkConfig?.(parsed.config, { folder, model })) ?? [])];
  }
}

/** Missing files and folders that a configuration names. */
function missingFiles({ kind, config }: Stage, folder: string): ConfigProblem[] {
  return configFiles(kind, config).flatMap(({ path, file, isFolder }) => {
    const absolute = resolve(folder, file);
    const found = statSync(absolute, { throwIfNoEntry: false });
    if (isFolder ? found?.isDirectory() : found?.isFile()) return [];
    const what = isFolder ? "folder" : "file";
    return [{ path, problem: `there is no ${what} ${JSON.stringify(file)} (${absolute})` }];
  });
}
