/** The experiments of the reproduction: those with a tag, each after those that it reads. */
import { didYouMean, type Experiment, type ExperimentFile, Experiments, UserError } from "@ft/artifacts";
import { allExperiments, findExperiment } from "../experiment/find-experiment.ts";

/** What is tagged: the whole reproduction, and the part of it that is quick. */
export type Tag = "paper" | "quick";

/**
 * The tagged experiments, or the named ones of them, each after those whose stages it reads or shares.
 *
 * @param named names of experiments; none for all
 * @param folder where the search for the repository starts
 * @throws UserError if a named experiment does not have the tag, or an experiment has mistakes
 */
export function readMembers(tag: Tag, named: readonly string[], folder = process.cwd()): ExperimentFile[] {
  const experiments = new Experiments();
  const tagged = allExperiments(folder)
    .map((name) => experiments.read(findExperiment(name, folder).file))
    .filter(({ experiment }) => experiment.tags.includes(tag));
  const names = tagged.map(({ name }) => name);
  for (const name of named) {
    if (names.includes(name)) continue;
    throw new UserError(`no experiment "${name}" has the tag ${tag}${didYouMean(name, names)}`, {
      remedy: `experiments: ${names.join(", ")}`,
    });
  }
  const ordered = inOrder(tagged);
  return named.length === 0 ? ordered : ordered.filter(({ name }) => named.includes(name));
}

function inOrder(files: readonly ExperimentFile[]): ExperimentFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const ordered = new Set<ExperimentFile>();
  const add = (file: ExperimentFile, open: ReadonlySet<string>) => {
    if (ordered.has(file)) return;
    for (const name of readBy(file.experiment)) {
      const other = byName.get(name);
      // Two experiments may read each other's stages; their order does not matter then.
      if (other && !open.has(name)) add(other, new Set([...open, name]));
    }
    ordered.add(file);
  };
  for (const file of files) add(file, new Set([file.name]));
  return [...ordered];
}

/** Names of the other experiments in which stages that it has or reads are computed, except datasets, which take seconds. */
function readBy({ name, stages }: Experiment): string[] {
  const refs = [...stages.values()].flatMap(({ home, inputs }) => [home, ...Object.values(inputs).flat()]);
  const others = refs.filter(({ uses, experiment }) => uses !== "data" && experiment !== name);
  return [...new Set(others.map(({ experiment }) => experiment))];
}
