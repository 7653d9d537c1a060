/** Strict JSON: refuses what JSON.parse would accept silently, or only with far more time and memory than the file's size. */

import { createScanner, printParseErrorCode, visit } from "jsonc-parser";
import { readText } from "./text.js";
import { UserError } from "./user-error.js";

/** Deepest nesting accepted by default. */
const DEEPEST = 200;
/** Longer white space is shortened before a syntax error is looked for, in characters. */
const LONGEST_SPACE = 1000;
/** Largest file read by default, in bytes: the largest tokenizers take some 35 MB. */
const LARGEST_JSON = 200_000_000;

/** The tokens of jsonc-parser's scanner, whose own enumeration exists only in its types. */
const OPEN_BRACE = 1;
const CLOSE_BRACE = 2;
const OPEN_BRACKET = 3;
const CLOSE_BRACKET = 4;
const COMMA = 5;
const STRING = 10;
const NUMBER = 11;
const END = 17;

/**
 * @typedef {object} JsonPlace
 * @property {string | undefined} [file] named in errors
 * @property {string} [what] what the text is, such as "the manifest"; default "the file"
 * @property {string | undefined} [place] where in the file the text is, such as "line 3"; default its line in the text
 * @property {number} [depth] deepest nesting accepted; default 200
 * @property {string | undefined} [remedy] what to do about a text that is not JSON; default none
 */

/**
 * Reads a JSON file, see {@link parseJson}. A file of another well-known kind is refused by name, with a remedy.
 *
 * @param {string} file
 * @param {Omit<JsonPlace, "file" | "place"> & { most?: number }} [options] `most`: the largest size accepted, in
 *   bytes. @default 200,000,000
 * @returns {unknown}
 * @throws {UserError} if it cannot be read or is not strict JSON
 */
export function readJson(file, { most = LARGEST_JSON, ...options } = {}) {
  const text = readText(file, { most, what: options.what, wanted: "JSON" });
  return parseJson(text, { ...options, file });
}

/**
 * The value of a JSON text. Keys that occur twice in an object, nesting deeper than `depth` and numbers beyond a
 * double's range are refused. Time and memory are linear in the length of the text.
 *
 * @param {string} text
 * @param {JsonPlace} [options]
 * @returns {any}
 * @throws {UserError} naming line and column
 */
export function parseJson(text, { file, what = "the file", place, depth = DEEPEST, remedy } = {}) {
  /**
   * @param {string} problem
   * @param {number} offset in the text
   * @param {unknown} [value]
   * @returns {UserError}
   */
  const fail = (problem, offset, value) => {
    let [line, start] = [1, 0];
    for (let end = text.indexOf("\n"); end >= 0 && end < offset; end = text.indexOf("\n", start)) {
      line++;
      start = end + 1;
    }
    const at = place ?? `line ${line}`;
    return new UserError(problem, { file, place: `${at}, column ${offset - start + 1}`, value, remedy });
  };
  checkTokens(text, depth, what, fail);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw (
      syntaxError(text, what, fail) ?? fail(`${what} is not JSON: ${/** @type {Error} */ (error).message}`, 0)
    );
  }
}

/**
 * Checks all tokens before any value is made of them.
 *
 * @param {string} text
 * @param {number} depth
 * @param {string} what
 * @param {(problem: string, offset: number, value?: unknown) => UserError} fail
 */
function checkTokens(text, depth, what, fail) {
  const scanner = createScanner(text, true);
  const space = /[ \t\r\n]*/y;
  const next = () => {
    // The scanner itself would copy white space character by character.
    space.lastIndex = scanner.getPosition();
    space.test(text);
    scanner.setPosition(space.lastIndex);
    return Number(scanner.scan());
  };
  /** @type {(Set<string> | undefined)[]} the keys of every open object; undefined for an array */
  const open = [];
  let expectsKey = false;
  const here = (/** @type {string} */ problem, /** @type {unknown} */ value) =>
    fail(problem, scanner.getTokenOffset(), value);
  for (let token = next(); token !== END; token = next()) {
    const keys = open.at(-1);
    if (token === OPEN_BRACE || token === OPEN_BRACKET) {
      if (open.length === depth) throw here(`${what} is nested more than ${depth} levels deep`, undefined);
      open.push(token === OPEN_BRACE ? new Set() : undefined);
    } else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) open.pop();
    else if (token === STRING && expectsKey && keys !== undefined) {
      const key = scanner.getTokenValue();
      if (keys.has(key)) throw here(`${what} has the same key twice in one object`, key);
      keys.add(key);
    } else if (token === NUMBER && !Number.isFinite(Number(scanner.getTokenValue()))) {
      throw here(`${what} has a number that is too large`, scanner.getTokenValue());
    }
    expectsKey = (token === OPEN_BRACE || token === COMMA) && open.at(-1) !== undefined;
  }
}

/**
 * The first syntax error, with its place, which JSON.parse does not always give.
 *
 * @param {string} text
 * @param {string} what
 * @param {(problem: string, offset: number, value?: unknown) => UserError} fail
 * @returns {UserError | undefined}
 */
function syntaxError(text, what, fail) {
  /** @type {{ at: number, length: number }[]} white space left out, since the visitor copies it character by character */
  const leftOut = [];
  let total = 0;
  const short = text.replace(/[ \t\r\n]+/g, (run, at) => {
    if (run.length <= LONGEST_SPACE) return run;
    leftOut.push({ at: at - total, length: run.length - 1 });
    total += run.length - 1;
    return " ";
  });
  const original = (/** @type {number} */ offset) =>
    leftOut.reduce((sum, { at, length }) => (at < offset ? sum + length : sum), offset);
  /** @type {UserError | undefined} */
  let first;
  const onError = (
    /** @type {number} */ code,
    /** @type {number} */ offset,
    /** @type {number} */ length,
  ) => {
    // "InvalidSymbol" as "invalid symbol".
    const words = printParseErrorCode(code)
      .replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
      .toLowerCase();
    first ??= fail(
      `${what} is not JSON: ${words}`,
      original(offset),
      short.slice(offset, offset + Math.max(1, length)),
    );
  };
  visit(short, { onError }, { disallowComments: true });
  return first;
}
