/** Errors for the person who made the mistake. */

/**
 * Where a mistake is and what to do about it. Every part is optional; give all that are known.
 *
 * @typedef {object} ErrorPlace
 * @property {string | undefined} [file] the file that holds the mistake
 * @property {string | undefined} [place] where in it: a JSON path, a row and column, a tensor's name
 * @property {unknown} [value] what was found there
 * @property {string | undefined} [remedy] what the person can do now
 */

/** A message never has more lines or bytes than this, whatever is in the file. */
const MOST_LINES = 20;
const MOST_BYTES = 4096;
const LONGEST_VALUE = 200;
const LONGEST_LINE = 500;

/**
 * A mistake of the person who runs the program, or a file that is not what it should be: shown as it is, without a
 * stack. Every other error is a bug in this program and keeps its stack.
 */
export class UserError extends Error {
  /** @override */
  name = "UserError";

  /**
   * @param {string} problem what is wrong, without the place
   * @param {ErrorPlace} [at]
   */
  constructor(problem, at = {}) {
    super(render(problem, at));
    /** @readonly */
    this.problem = problem;
    /** @readonly */
    this.at = at;
  }
}

/**
 * The whole message, at most {@link MOST_LINES} lines and {@link MOST_BYTES} bytes: the end of the problem is cut.
 *
 * @param {string} problem
 * @param {ErrorPlace} at
 * @returns {string}
 */
function render(problem, { file, place, value, remedy }) {
  const details = [
    file !== undefined && `  file: ${file}`,
    place !== undefined && `  place: ${place}`,
    value !== undefined && `  value: ${renderValue(value)}`,
    remedy !== undefined && `  ${remedy}`,
  ];
  const below = details.filter((line) => line !== false).flatMap(toLines);
  const above = toLines(problem);
  const fits = (/** @type {string[]} */ lines) =>
    lines.length <= MOST_LINES && Buffer.byteLength(lines.join("\n")) <= MOST_BYTES;
  if (fits([...above, ...below])) return [...above, ...below].join("\n");
  let shown = Math.min(above.length - 1, Math.max(1, MOST_LINES - below.length - 1));
  const cut = () => [...above.slice(0, shown), `  ... and ${above.length - shown} more lines`, ...below];
  while (shown > 1 && !fits(cut())) shown--;
  return cut().slice(0, MOST_LINES).join("\n");
}

/**
 * The lines of a text, each cut after {@link LONGEST_LINE} characters, control characters made visible.
 *
 * @param {string} text
 * @returns {string[]}
 */
function toLines(text) {
  return text.split("\n").map((line) => visible(cut(line, LONGEST_LINE)));
}

/**
 * Text from a file must not steer the terminal it is shown on.
 *
 * @param {string} text
 * @returns {string}
 */
function visible(text) {
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/**
 * A value as it is shown in a message: as JSON if possible, cut after 200 characters.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function renderValue(value) {
  // Of a long text, JSON escapes only the part that is shown.
  const short = typeof value === "string" ? value.slice(0, LONGEST_VALUE + 1) : value;
  return cut(asJson(short) ?? String(value), LONGEST_VALUE);
}

/**
 * @param {string} text
 * @param {number} length
 * @returns {string}
 */
function cut(text, length) {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}

/**
 * @param {unknown} value
 * @returns {string | undefined}
 */
function asJson(value) {
  if (typeof value === "number") return String(value); // JSON has no NaN and no Infinity
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // a cycle, a bigint, or nested too deeply
  }
}

/**
 * A title and, below it, a line per item.
 *
 * @param {string} title
 * @param {readonly string[]} items
 * @returns {string}
 */
export function bulleted(title, items) {
  return [title, ...items.map((item) => `  - ${item}`)].join("\n");
}
