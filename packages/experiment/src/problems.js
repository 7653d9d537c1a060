/** Collects the mistakes in an experiment, so that all are reported at once. */
import { bulleted, UserError } from "@ft/bytes";

/**
 * Where something was written: the file, and the path in it.
 *
 * @typedef {object} Place
 * @property {string} file
 * @property {string} place such as "stages.probe.config.epochs"; "" for the file as a whole
 */

/** A message has 20 lines, so it lists at most this many. The rest are only counted, since suggestions take time. */
const MOST_SHOWN = 15;

/** Mistakes in the order in which they were found. */
export class Problems {
  /** @type {string[]} */
  #lines = [];
  #count = 0;

  /** @param {string} file whose mistakes they are; a mistake in another file is named with that file */
  constructor(file) {
    /** @readonly */
    this.file = file;
  }

  /** How many there are. */
  get count() {
    return this.#count;
  }

  /**
   * @param {Place} at
   * @param {string | (() => string)} problem a function if it is slow to compute
   */
  add({ file, place }, problem) {
    this.#count++;
    if (this.#lines.length === MOST_SHOWN) return;
    const where = renderPlace({ file, place }, this.file);
    const what = typeof problem === "string" ? problem : problem();
    this.#lines.push(where === "" ? what : `${where}: ${what}`);
  }

  /** @returns {UserError} that lists them, or as many as a message holds */
  toError() {
    const count = this.#count === 1 ? "a mistake" : `${this.#count.toLocaleString("en")} mistakes`;
    const shown = this.#count <= MOST_SHOWN ? this.#lines : this.#lines.slice(0, MOST_SHOWN - 1);
    const left = this.#count - shown.length;
    const more = left > 0 ? [`... and ${left.toLocaleString("en")} more`] : [];
    return new UserError(bulleted(`the experiment has ${count}`, [...shown, ...more]), { file: this.file });
  }
}

/**
 * @param {Place} at
 * @param {string} own the file that the message is about
 * @returns {string} the place, after its file if that is another one
 */
export function renderPlace({ file, place }, own) {
  return [file !== own && file, place].filter(Boolean).join(": ");
}

/** A key in a message has at most this many characters, so that what is wrong with it still shows. */
const LONGEST_KEY = 100;

/**
 * A path in a file as text: `stages.probe.config.checkpoints[2]`.
 *
 * @param {readonly PropertyKey[]} path
 * @returns {string}
 */
export function renderPath(path) {
  return path.reduce((/** @type {string} */ text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key).slice(0, LONGEST_KEY);
    return text === "" ? name : `${text}.${name}`;
  }, "");
}
