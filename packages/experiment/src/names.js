/** What experiments, stages and their points may be called, and the limits of a file. */

/** Names become folders and parts of Nx project names and of dotted paths, so a dot in one would be ambiguous. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Longest name, in characters: names become folders, and several of them one path. */
export const LONGEST_NAME = 100;
/** Longest path of a model, in characters. */
export const LONGEST_PATH = 1000;
/** Largest experiment.json, in bytes; five thousand stages take one million. */
export const LARGEST_EXPERIMENT = 64 * 2 ** 20;
/** The model of an experiment that names none: the one that comes with the repository. */
export const DEFAULT_MODEL = "models/nano";
/** Seed of an experiment that names none. */
export const DEFAULT_SEED = 1;

/** What a name must be, for messages. */
export const nameRule = `expected lower-case letters and digits, with single hyphens between them, at most ${LONGEST_NAME} characters`;

/**
 * @param {string} name
 * @returns {boolean} whether an experiment or a stage may be called this
 */
export function isName(name) {
  return name.length <= LONGEST_NAME && NAME.test(name);
}

/** Joins the name of an experiment and the parts that distinguish its runs. No name contains it. */
const JOINT = "--";

/**
 * The name of a run that is derived from an experiment: of a point of its sweep, or of one with other settings.
 *
 * @param {string} experiment
 * @param {readonly string[]} parts such as "within-100"
 * @returns {string} such as "add-sub--within-100"
 */
export function runName(experiment, parts) {
  return [experiment, ...parts].join(JOINT);
}

/**
 * @param {string} name of an experiment, or of a run derived from one
 * @returns {{ experiment: string, parts: string[] }} the parts that {@link runName} joined
 */
export function splitRunName(name) {
  const [experiment = "", ...parts] = name.split(JOINT);
  return { experiment, parts };
}

/**
 * @param {string} name
 * @returns {boolean} whether this can be the name of an experiment or of a run derived from one
 */
export function isRunName(name) {
  return name.length <= LONGEST_NAME && name.split(JOINT).every((part) => NAME.test(part));
}
