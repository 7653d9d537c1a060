import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { parseConfig } from "../config/parse-config.ts";
import { UserError } from "../errors/user-error.ts";
import { type Experiment, experimentSchema } from "./experiment.ts";
import { referenceProblems } from "./references.ts";

/** An experiment with its name and where it was read. */
export interface LoadedExperiment extends Experiment {
  /** The name of the folder that holds the file. */
  name: string;
  /** The file, absolute. */
  file: string;
}

/**
 * Reads experiment.json and checks all of it but the stages' own configurations, which only the stages know.
 *
 * @throws UserError listing every mistake: malformed JSON, unknown keys, wrong types, stages that are not there or
 * wait for each other
 */
export function loadExperiment(path: string): LoadedExperiment {
  const file = resolve(path);
  const content = readJson(file);
  const experiment = parseConfig(experimentSchema, content, { file, further: referenceProblems(content) });
  return { ...experiment, name: basename(dirname(file)), file };
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError("the experiment cannot be read", {
      file,
      value: (error as NodeJS.ErrnoException).code,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError("the experiment is not JSON", { file, place: (error as Error).message });
  }
}
