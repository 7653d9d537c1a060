/** A variant: an experiment with other settings, which extends the original from its folder in runs/. */

import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { canonicalJson, hashOf, readText, repositoryRoot, UserError, writeFileAtomic } from "@ft/artifacts";
import {
  type Experiment,
  type ExperimentFile,
  Experiments,
  isName,
  mergeAt,
  renderPath,
  runName,
  VARIANT_FILE,
} from "@ft/experiment";
import { type CheckOptions, checkInspected } from "./check-experiment.ts";

/** One `--set`. */
export interface Setting {
  path: string[];
  value: unknown;
}

/** An experiment with other settings, checked and not yet written. */
export interface Variant extends ExperimentFile {
  /** Its file, relative to the repository's root. */
  path: string;
  /** The file's text. */
  text: string;
}

/**
 * An experiment with other settings. It shares every stage that they do not change.
 *
 * @param base an experiment, or a point of a sweep
 * @param name its name. @default the settings' hash
 * @throws UserError for every mistake that `ft check` finds, or if another variant has the name
 */
export async function createVariant(
  base: Experiment,
  settings: readonly Setting[],
  name?: string,
  options: CheckOptions = {},
): Promise<Variant> {
  const root = repositoryRoot(base.file);
  const set = settings.reduce<unknown>((content, { path, value }) => mergeAt(content, path, value), {});
  const content = { ...(set as object), extends: base.name };
  const suffix = name ?? hashOf(canonicalJson(content)).slice(0, 8);
  if (!isName(suffix))
    throw new UserError("a name has lower-case letters and digits, joined by single hyphens", {
      place: "--as",
      value: suffix,
    });
  const run = runName(base.name, [suffix]);
  const folder = join(root, "runs", run);
  const file = join(folder, VARIANT_FILE);
  const source = {
    file,
    folder,
    // Its mistakes are those of the command line.
    at: (path: readonly PropertyKey[]) => ({
      file: base.file,
      place: path[0] === "extends" ? "--set" : `--set ${renderPath(path)}`,
    }),
  };
  const text = canonicalJson(content);
  if (existsSync(file) && readText(file) !== text)
    throw new UserError("there is another experiment of this name", {
      file,
      remedy: "choose another name with --as, or remove its folder",
    });
  const found = await checkInspected(new Experiments().inspectContent(run, content, source), options);
  return { ...found, path: relative(root, file), text };
}

/** Writes the file of a variant, for its stages and for later commands. */
export function writeVariant({ experiment, path, text }: Variant): void {
  writeFileAtomic(resolve(repositoryRoot(experiment.folder), path), text);
}
