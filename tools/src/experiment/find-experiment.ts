import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { didYouMean, repositoryRoot, UserError } from "@ft/artifacts";

const FILE = "experiment.json";

/**
 * The experiment.json that a person means: a path to it, a folder with one, or the name of a folder in experiments/.
 *
 * @param folder where paths start, and the repository is looked for
 * @throws UserError with the names there are, if there is none
 */
export function findExperiment(given: string, folder = process.cwd()): string {
  const path = resolve(folder, given);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  const experiments = join(repositoryRoot(folder), "experiments");
  for (const candidate of [join(path, FILE), join(experiments, given, FILE)])
    if (existsSync(candidate)) return candidate;
  const names = readdirSync(experiments).filter((name) => existsSync(join(experiments, name, FILE)));
  throw new UserError(`there is no experiment "${given}"${didYouMean(given, names)}`, {
    file: join(experiments, given, FILE),
    remedy: `experiments: ${names.join(", ")}`,
  });
}
