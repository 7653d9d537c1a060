/** The experiments of a repository, each read once, so that experiments can extend and read one another. */
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { didYouMean, readJson, renderValue, UserError } from "@ft/bytes";
import { compose } from "./compose.js";
import { fileSource } from "./layers.js";
import { isName, isRunName, LARGEST_EXPERIMENT, nameRule, splitRunName } from "./names.js";
import { EXPERIMENT_FILE, experimentNames, experimentsFolder, nameOfFile } from "./places.js";
import { Problems } from "./problems.js";
import { checkShape } from "./shape.js";
import { composeSweep } from "./sweep.js";

/** @import { Composed } from "./compose.js" */
/** @import { Source } from "./layers.js" */
/** @import { Sweep } from "./sweep.js" */

/**
 * An experiment's file, merged with what it extends.
 *
 * @typedef {object} Opened
 * @property {string} name
 * @property {string} file absolute
 * @property {Problems} problems
 * @property {Composed} [composed] if there are problems, as much as could be read, or undefined
 * @property {Sweep} [sweep] its points, if it has a sweep
 */

export class Library {
  /** @type {Map<string, Opened>} by file */
  #opened = new Map();
  /** @type {string[]} files being opened, each extended by the one before it */
  #trail = [];
  /** @type {string[][]} files that extend each other */
  #circles = [];

  /**
   * The experiment of a file.
   *
   * @param {string} path
   * @returns {Opened}
   */
  open(path) {
    const file = resolve(path);
    const known = this.#opened.get(file);
    if (known !== undefined) return known;
    const problems = new Problems(file);
    const source = fileSource(file, dirname(file));
    let json;
    try {
      json = readJson(file, { most: LARGEST_EXPERIMENT, what: "the experiment" });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.add({ file, place: error.at.place ?? "" }, error.problem);
    }
    const opened =
      problems.count > 0
        ? { name: nameOfFile(file), file, problems }
        : this.compose(nameOfFile(file), json, source, problems);
    this.#opened.set(file, opened);
    return opened;
  }

  /**
   * The experiment of given contents, which need not be in a file.
   *
   * @param {string} name
   * @param {unknown} json
   * @param {Source} source
   * @param {Problems} [problems] added to. @default those of the file that the source names as the place of its parts
   * @returns {Opened}
   */
  compose(name, json, source, problems = new Problems(source.at([]).file)) {
    const { file } = source;
    /** @type {Opened} */
    const opened = { name, file, problems };
    // Only a run with other settings than its experiment has is named after both.
    if (!(basename(file) === EXPERIMENT_FILE ? isName(name) : isRunName(name)))
      problems.add({ file, place: "" }, `folder name ${renderValue(name)}: ${nameRule}`);
    const shaped = checkShape(json, source, problems);
    if (shaped === undefined) return opened;
    const { extends: extended } = shaped.content;
    this.#trail.push(file);
    const parent = extended === undefined ? undefined : this.#parent(extended, source, problems);
    this.#trail.pop();
    // Its stages cannot be checked without what it extends.
    if (parent === undefined && "extends" in /** @type {object} */ (json)) return opened;
    const composed = compose(name, shaped, source, parent, problems);
    const sweep = problems.count > 0 ? undefined : composeSweep(composed, problems);
    return { ...opened, composed, ...(sweep && { sweep }) };
  }

  /**
   * @param {string} name
   * @param {Source} source
   * @param {Problems} problems
   * @returns {Composed | undefined}
   */
  #parent(name, source, problems) {
    const found = this.named(name, source.file);
    if ("problem" in found) problems.add(source.at(["extends"]), found.problem);
    else if (found.opened.sweep !== undefined && found.composed === found.opened.composed)
      problems.add(
        source.at(["extends"]),
        `${name} has a sweep; name one of its points: ${found.opened.sweep.complete.slice(0, 20).join(", ")}`,
      );
    else return found.composed;
    return undefined;
  }

  /**
   * The experiment of a name, or a point of its sweep.
   *
   * @param {string} name such as "add-sub" or "add-sub--within-100"
   * @param {string} from the file that names it
   * @returns {{ composed: Composed, opened: Opened } | { problem: string }} or why there is none
   */
  named(name, from) {
    const folder = experimentsFolder(from);
    const { experiment } = splitRunName(name);
    const file = join(folder, experiment, EXPERIMENT_FILE);
    if (!isName(experiment) || !existsSync(file)) {
      const known = experimentNames(folder);
      const problem = `there is no experiment ${renderValue(experiment)}`;
      return { problem: `${problem}${didYouMean(experiment, known) || listed("experiments", known)}` };
    }
    const at = this.#trail.indexOf(file);
    if (at >= 0) this.#circles.push(this.#trail.slice(at));
    else this.open(file);
    // Every file of a circle has the mistake, not only the one in which it was found.
    const circle = this.#circles.find((files) => files.includes(file) && files.includes(from));
    if (circle !== undefined) {
      const names = circle.map(nameOfFile);
      return { problem: `circular \`extends\`: ${[...names, names[0]].join(" -> ")}` };
    }
    const opened = this.open(file);
    const { composed, sweep } = opened;
    if (composed === undefined || opened.problems.count > 0)
      return { problem: `experiment ${experiment} has mistakes: \`npx ft check ${experiment}\` lists them` };
    if (name === experiment) return { composed, opened };
    const point = sweep?.points.get(name);
    if (point !== undefined) return { composed: point.experiment, opened };
    const points = sweep?.complete ?? [];
    const problem = `experiment ${experiment} has no point ${renderValue(name)}`;
    return { problem: `${problem}${didYouMean(name, points) || listed("points", points)}` };
  }

  /**
   * The sweep of an experiment's file, and the coordinates of the experiment if it is a point.
   *
   * @param {Composed} composed that was made here
   * @returns {{ sweep?: Sweep, coordinates?: readonly (number | undefined)[] }}
   */
  pointOf({ name, source }) {
    const sweep = this.#opened.get(source.file)?.sweep;
    const point = sweep?.points.get(name);
    return sweep && point ? { sweep, coordinates: point.coordinates } : {};
  }
}

/**
 * @param {string} what
 * @param {readonly string[]} names
 * @returns {string} "; points: a, b, ..." or nothing
 */
export function listed(what, names) {
  if (names.length === 0) return "";
  return `; ${what}: ${names.slice(0, 20).join(", ")}${names.length > 20 ? ", ..." : ""}`;
}
