import { basename, dirname, resolve } from "node:path";
import { didYouMean, readJson, UserError } from "@ft/bytes";
import { parseConfig } from "../config/parse-config.ts";
import { type Experiment, experimentSchema, type StageEntry } from "./experiment.ts";
import { referenceProblems } from "./references.ts";

/** In bytes; five thousand stages take one million. */
const LARGEST_EXPERIMENT = 64 * 2 ** 20;

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
  const content = readExperiment(file);
  const experiment = parseConfig(experimentSchema, content, { file, further: referenceProblems(content) });
  return { ...experiment, name: basename(dirname(file)), file };
}

/**
 * The entry of a stage in an experiment.
 *
 * @throws UserError if there is none of that name, with the name that was probably meant
 */
export function stageNamed({ stages, file }: LoadedExperiment, name: string): StageEntry {
  if (Object.hasOwn(stages, name)) return stages[name]!;
  const names = Object.keys(stages);
  const hint = didYouMean(name, names) || `; stages: ${names.join(", ")}`;
  throw new UserError(`the experiment has no stage "${name}"${hint}`, { file });
}

/**
 * The contents of experiment.json, as strict JSON and not yet checked otherwise.
 *
 * @throws UserError if the file cannot be read, is too large, is not JSON, or has a key that schemas pass over
 */
export function readExperiment(file: string): unknown {
  const content = readJson(file, { most: LARGEST_EXPERIMENT, what: "the experiment" });
  const place = placeOfProto(content, "");
  if (place !== undefined) throw new UserError("unknown key", { file, place });
  return content;
}

/** The path of a key `__proto__`, which zod would leave out without a word. */
function placeOfProto(value: unknown, path: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    const found = key === "__proto__" ? at : placeOfProto(part, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
