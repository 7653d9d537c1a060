import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { didYouMean, type Experiment, loadExperiment, repositoryRoot, UserError } from "@ft/artifacts";
import { EXPERIMENT_FILE, experimentNames, splitRunName, VARIANT_FILE } from "@ft/experiment";

/** An experiment's file and, for a point of its sweep, the point. */
export interface ChosenExperiment {
  file: string;
  /** Such as "within-100"; "" for none. */
  point: string;
}

/**
 * Finds an experiment by a path to an experiment.json, a folder with one, the name of a folder in experiments/, a
 * point of its sweep (`add-sub--within-100`), or a run with other settings (`add-sub--1a2b3c4d`).
 *
 * @param folder where relative paths and the search for the repository start
 * @throws UserError with the names there are, if there is none
 */
export function findExperiment(given: string, folder = process.cwd()): ChosenExperiment {
  const path = resolve(folder, given);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return { file: path, point: "" };
  const root = repositoryRoot(folder);
  const experiments = join(root, "experiments");
  const { experiment, parts } = splitRunName(given);
  const candidates: ChosenExperiment[] = [
    { file: join(path, EXPERIMENT_FILE), point: "" },
    { file: join(experiments, given, EXPERIMENT_FILE), point: "" },
    { file: join(root, "runs", given, VARIANT_FILE), point: "" },
  ];
  if (parts.length > 0)
    candidates.push({ file: join(experiments, experiment, EXPERIMENT_FILE), point: parts.join("--") });
  const found = candidates.find(({ file }) => existsSync(file));
  if (found) return found;
  const names = [...experimentNames(experiments), ...variantNames(root)];
  throw new UserError(`there is no experiment "${given}"${didYouMean(given, names)}`, {
    file: join(experiments, given, EXPERIMENT_FILE),
    remedy: `experiments: ${names.join(", ")}`,
  });
}

/**
 * The experiment that a stage is computed in, by its name: one of a folder, a point of a sweep, or a run with other settings.
 *
 * @param folder where the search for the repository starts
 * @throws UserError if there is none, or it has mistakes
 */
export function readRun(name: string, folder = process.cwd()): Experiment {
  const { file, point } = findExperiment(name, folder);
  return loadExperiment(file, point);
}

/**
 * The names of all folders in experiments/, sorted.
 * @param folder where the search for the repository starts
 * @throws UserError if there are none
 */
export function allExperiments(folder = process.cwd()): string[] {
  const experiments = join(repositoryRoot(folder), "experiments");
  const names = experimentNames(experiments);
  if (names.length > 0) return names;
  throw new UserError("there are no experiments", {
    file: experiments,
    remedy: "add a folder with an experiment.json",
  });
}

/** The names of runs with other settings. */
function variantNames(root: string): string[] {
  const runs = join(root, "runs");
  return existsSync(runs)
    ? readdirSync(runs).filter((name) => existsSync(join(runs, name, VARIANT_FILE)))
    : [];
}
