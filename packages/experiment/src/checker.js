/** Checks of single values in an experiment.json. */
import { didYouMean, renderValue } from "@ft/bytes";
import { kindNamed, kinds } from "./kinds/index.js";
import { isRecord } from "./layers.js";
import { isName, nameRule } from "./names.js";

/** Each check returns whether the value passed, and says what is wrong otherwise. */
export class Checker {
  /** @param {(path: PropertyKey[], problem: string | (() => string)) => void} add */
  constructor(add) {
    /** @readonly */
    this.add = add;
  }

  /**
   * @param {unknown} value
   * @param {PropertyKey[]} path
   * @returns {value is Record<string, unknown>}
   */
  record(value, path) {
    if (isRecord(value)) return true;
    this.add(path, `expected an object, not ${renderValue(value)}`);
    return false;
  }

  /**
   * @param {unknown} value
   * @param {PropertyKey[]} path
   * @param {string} [what]
   * @returns {value is string} a text that is not empty and that no system call would cut
   */
  text(value, path, what = "a text") {
    if (typeof value !== "string" || value.trim() === "") {
      this.add(path, `expected ${what}, not ${renderValue(value)}`);
      return false;
    }
    if (value.includes("\0")) this.add(path, "must not hold a NUL character");
    return !value.includes("\0");
  }

  /**
   * @param {string} name
   * @param {PropertyKey[]} path of what has the name
   */
  name(name, path) {
    if (!isName(name)) this.add(path, nameRule);
  }

  /**
   * @param {Record<string, unknown>} value
   * @param {readonly string[]} known
   * @param {PropertyKey[]} path
   * @param {string} [hint] for a key that is near none
   */
  keys(value, known, path, hint = `; known: ${known.join(", ")}`) {
    for (const key of Object.keys(value))
      if (!known.includes(key))
        this.add([...path, key], () => `unknown key${didYouMean(key, known) || hint}`);
  }

  /**
   * @param {unknown} uses
   * @param {PropertyKey[]} path
   */
  kind(uses, path) {
    if (kindNamed(uses) !== undefined) return;
    const known = Object.keys(kinds);
    this.add(path, () => {
      const hint = didYouMean(String(uses), known) || `; known: ${known.join(", ")}`;
      return `${renderValue(uses)} is not a kind of stage${hint}`;
    });
  }
}
