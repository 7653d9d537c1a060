/** Checks an experiment as a whole, before any of it runs. */

import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  type ConfigProblem,
  type Experiment,
  type ExperimentFile,
  Experiments,
  modelFolder,
  type Problems,
  renderRef,
  repositoryRoot,
  type Stage,
  tryConfig,
  UserError,
  writtenAt,
} from "@ft/artifacts";
import { configFiles, lacksWeights, WEIGHTS_TAG } from "@ft/experiment";
import { obtainModel } from "../hub/obtain-model.ts";
import { findExperiment } from "./find-experiment.ts";
import { type StageDefinitions, stageDefinitions } from "./stage-definitions.ts";

export interface CheckOptions {
  /**
   * Whether a base model may lack its weights and tokenizer, as that of an experiment with the tag `weights` does until somebody
   * gets them. @default needed
   */
  weights?: "needed" | "optional";
  /** Whether to download a base model of the hub that is not in the cache, instead of reporting it. @default false */
  fetch?: boolean;
}

/**
 * Checks experiment.json with the configuration of every stage in it, the base model, and the files that it names; for a sweep,
 * those of every point, or of the given one.
 *
 * @param given a path or a name, see {@link findExperiment}
 * @throws UserError listing every mistake
 */
export async function checkExperiment(given: string, options: CheckOptions = {}): Promise<ExperimentFile> {
  const { file, point } = findExperiment(given);
  const experiments = new Experiments();
  const inspected = experiments.inspect(file);
  if (point === "") return checkInspected(inspected, options);
  const experiment = experiments.readPoint(file, point);
  const found = { name: experiment.name, file, experiment, runs: [experiment] };
  return checkInspected({ problems: inspected.problems, found }, options);
}

/**
 * The same for a file that has been read.
 *
 * @throws UserError listing every mistake
 */
export async function checkInspected(
  { problems, found }: Inspected,
  options: CheckOptions = {},
): Promise<ExperimentFile> {
  if (found === undefined || (options.fetch && problems.count > 0)) throw problems.toError();
  const check = new Check(await stageDefinitions(), problems, options);
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
  readonly #options: CheckOptions;
  readonly #models = new Map<string, string | undefined>();

  constructor(definitions: StageDefinitions, problems: Problems, options: CheckOptions) {
    this.#definitions = definitions;
    this.#problems = problems;
    this.#options = options;
  }

  async experiment(experiment: Experiment): Promise<void> {
    const model = await this.#model(experiment);
    for (const stage of experiment.stages.values()) {
      const home = renderRef(stage.home);
      if (this.#stages.has(home)) continue;
      this.#stages.add(home);
      for (const { path, problem } of await this.#stage(stage, experiment.folder, model))
        this.#problems.add(writtenAt(stage, ["config", ...path]), problem);
    }
  }

  /** @returns the folder of the base model; undefined if it or its tokenizer cannot be read */
  async #model({ model: name, file, tags }: Experiment): Promise<string | undefined> {
    if (this.#models.has(name)) return this.#models.get(name);
    const root = repositoryRoot(dirname(file));
    const { loadModel, loadModelConfig, openTokenizer } = await import("@ft/model");
    const { fetch = false, weights = "needed" } = this.#options;
    const place = { file, place: "model" };
    const folder = await this.#attempt(
      async () => (fetch ? obtainModel(name, root) : modelFolder(name, root)),
      (error) => this.#problems.add(place, `${located(error)}; ${error.at.remedy}`),
    );
    const lacks = folder !== undefined && lacksWeights(folder);
    const mayLack = weights === "optional" && tags.includes(WEIGHTS_TAG);
    const usable = await this.#attempt(
      async () =>
        folder &&
        (lacks && mayLack
          ? loadModelConfig(folder)
          : Promise.all([loadModel(folder), openTokenizer(folder)])),
      (error) => this.#problems.add(place, `${located(error)}${lacks ? howToGet(folder) : ""}`),
    );
    this.#models.set(name, usable && folder);
    return usable && folder;
  }

  /** @returns what `work` does; undefined after a mistake of a person, which `add` is called with */
  async #attempt<T>(work: () => Promise<T>, add: (error: UserError) => void): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      add(error);
      return undefined;
    }
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

function located({ problem, at }: UserError): string {
  return at.file === undefined ? problem : `${problem} (${at.file})`;
}

/** Where a folder whose weights are missing says how to get them. */
function howToGet(folder: string): string {
  const readme = join(folder, "README.md");
  return existsSync(readme) ? `; ${readme} says how to get them` : "";
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
