/** Reads experiment.json, for everything that runs, lists or checks experiments. */
import { didYouMean, UserError } from "@ft/bytes";
import { originOf } from "./layers.js";
import { Library, listed } from "./library.js";
import { runName, splitRunName } from "./names.js";
import { renderPlace } from "./problems.js";
import { Resolver } from "./resolve.js";

/** @import { Composed } from "./compose.js" */
/** @import { Path, Source } from "./layers.js" */
/** @import { Opened } from "./library.js" */
/** @import { Place, Problems } from "./problems.js" */
/** @import { Stage } from "./resolve.js" */

/**
 * An experiment with everything from its file, its parents' files, its defaults and its methods.
 *
 * @typedef {object} Experiment
 * @property {string} name of the experiment, or of a point of its sweep: "add-sub--within-100"
 * @property {string} file absolute
 * @property {string} folder that holds the file, and that paths in configurations are relative to
 * @property {string} point the point of the file's sweep, such as "within-100"; "" if it is not a point
 * @property {string} description
 * @property {readonly string[]} tags the groups that it is in; none for a point of a sweep, whose file's experiment has them
 * @property {string} model the base model: a folder, relative to the repository's root or absolute, or a model of the hub;
 *   see `modelFolder`
 * @property {number} seed
 * @property {Map<string, Stage>} stages in the order in which they were first written
 */

/**
 * The contents of a file: an experiment or, if it has a sweep, one for each point.
 *
 * @typedef {object} ExperimentFile
 * @property {string} name
 * @property {string} file absolute
 * @property {Experiment} experiment without its sweep
 * @property {Experiment[]} runs the experiments to be run: the points of the sweep, or the experiment itself
 */

/** Reads experiments; each file is read once, however many others extend it or read from it. */
export class Experiments {
  #library = new Library();
  #resolver = new Resolver(this.#library);
  /** @type {Map<Opened, ExperimentFile | undefined>} */
  #found = new Map();

  /**
   * @param {string} path of an experiment.json
   * @returns {ExperimentFile}
   * @throws {UserError} listing every mistake in it with its place
   */
  read(path) {
    return rightOnly(this.inspect(path));
  }

  /**
   * As much of a file as can be read: stages with mistakes are left out.
   *
   * @param {string} path of an experiment.json
   * @returns {{ problems: Problems, found?: ExperimentFile }}
   */
  inspect(path) {
    return this.#inspect(this.#library.open(path));
  }

  /**
   * The same for contents that are not in a file yet.
   *
   * @param {string} name
   * @param {unknown} content
   * @param {Source} source
   * @returns {{ problems: Problems, found?: ExperimentFile }}
   */
  inspectContent(name, content, source) {
    return this.#inspect(this.#library.compose(name, content, source));
  }

  /**
   * @param {Opened} opened
   * @returns {{ problems: Problems, found?: ExperimentFile }}
   */
  #inspect(opened) {
    if (!this.#found.has(opened)) this.#found.set(opened, this.#find(opened));
    const found = this.#found.get(opened);
    return { problems: opened.problems, ...(found && { found }) };
  }

  /**
   * @param {Opened} opened
   * @returns {ExperimentFile | undefined}
   */
  #find({ name, file, problems, composed, sweep }) {
    if (composed === undefined) return undefined;
    const experiment = this.#experiment(composed, file, problems);
    const runs = [];
    for (const point of sweep?.complete ?? []) {
      const found = sweep?.points.get(point);
      if (found && problems.count === 0) runs.push(this.#experiment(found.experiment, file, problems));
    }
    return { name, file, experiment, runs: sweep ? runs : [experiment] };
  }

  /**
   * A point of a file's sweep, including points at which some axes are not set.
   *
   * @param {string} path of an experiment.json
   * @param {string} point such as "within-100"
   * @returns {Experiment}
   * @throws {UserError} if the file has a mistake or no such point
   */
  readPoint(path, point) {
    const { name, file, experiment } = this.read(path);
    if (point === "") return experiment;
    const { sweep, problems } = this.#library.open(path);
    const found = sweep?.points.get(runName(name, [point]));
    if (found) return this.#experiment(found.experiment, file, problems);
    const points = (sweep?.complete ?? []).map((known) => splitRunName(known).parts.join("--"));
    throw new UserError(
      `the experiment has no point ${JSON.stringify(point)}${didYouMean(point, points) || listed("points", points)}`,
      { file },
    );
  }

  /**
   * @param {Composed} composed
   * @param {string} file
   * @param {Problems} problems
   * @returns {Experiment}
   */
  #experiment(composed, file, problems) {
    const { name, source, description, tags, model, seed } = composed;
    const stages = this.#resolver.stages(composed, problems);
    const { coordinates } = this.#library.pointOf(composed);
    const point = coordinates ? splitRunName(name).parts.join("--") : "";
    return { name, file, folder: source.folder, point, description, tags, model, seed, stages };
  }
}

/**
 * @param {{ problems: Problems, found?: ExperimentFile }} inspected
 * @returns {ExperimentFile}
 * @throws {UserError} if there are problems
 */
function rightOnly({ problems, found }) {
  if (problems.count > 0 || found === undefined) throw problems.toError();
  return found;
}

/**
 * Where a part of a stage's entry was written, which may be in another file.
 *
 * @param {Pick<Stage, "layers">} stage
 * @param {Path} path in its entry, such as ["config", "steps"]
 * @returns {Place}
 */
export function writtenAt({ layers }, path) {
  return originOf(layers, path);
}

/**
 * The same as text: the place, after the file if it is not the experiment's own.
 *
 * @param {Pick<Experiment, "file">} experiment
 * @param {Pick<Stage, "layers">} stage
 * @param {Path} path
 * @returns {string}
 */
export function placeOf(experiment, stage, path) {
  return renderPlace(writtenAt(stage, path), experiment.file);
}

/**
 * The experiment of a file, or one of the points of its sweep.
 *
 * @param {string} path of an experiment.json
 * @param {string} [point] such as "within-100"; default none
 * @returns {Experiment}
 * @throws {UserError} listing every mistake in the file with its place
 */
export function loadExperiment(path, point = "") {
  return new Experiments().readPoint(path, point);
}

/**
 * @param {Pick<Experiment, "stages" | "file">} experiment
 * @param {string} name
 * @returns {Stage} the stage of that name
 * @throws {UserError} if there is none, suggesting the nearest name
 */
export function stageNamed({ stages, file }, name) {
  const stage = stages.get(name);
  if (stage) return stage;
  const names = [...stages.keys()];
  const hint = didYouMean(name, names) || listed("stages", names);
  throw new UserError(`the experiment has no stage ${JSON.stringify(name)}${hint}`, { file });
}
