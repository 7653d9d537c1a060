/** How models are named: a folder, or, with `hf://`, a repository of the Hugging Face hub. */
import { renderValue, UserError } from "@ft/bytes";

/** The hub's own notation for its repositories. No path of a folder begins like this, so a name is never both. */
const PREFIX = "hf://";
/** The hub's rule for the two parts of a name. */
const PART = /^\w(?:[\w.-]{0,94}\w)?$/;
/** A branch, tag or commit; also the name of a file in the cache, so no part of it begins with a dot. */
const REVISION = /^\w[\w.+-]*(?:\/\w[\w.+-]*)*$/;
const LONGEST_REVISION = 200;
/** What the hub's notation has before the name of a repository that is not a model. */
const OTHER_KINDS = ["models", "datasets", "spaces", "kernels", "buckets"];

/** A revision that is a whole commit: what it names never changes. */
export const COMMIT = /^[0-9a-f]{40}$/;

/**
 * A model of the hub.
 *
 * @typedef {object} HubModel
 * @property {string} id such as "EleutherAI/pythia-70m"; the oldest have a name alone, such as "gpt2"
 * @property {string} revision a branch, a tag or a commit; "main" if none is named
 */

/**
 * The model of the hub that a name means: `hf://OWNER/NAME`, or `hf://OWNER/NAME@REVISION`.
 *
 * @param {string} name as `--model` and experiment.json have it
 * @returns {HubModel | undefined} undefined if it is the path of a folder
 * @throws {UserError} if it begins with `hf://` and goes on wrongly
 */
export function parseHubModel(name) {
  if (!name.startsWith(PREFIX)) return undefined;
  const [id = "", ...rest] = name.slice(PREFIX.length).split("@");
  const revision = rest.length === 0 ? "main" : unescaped(rest.join("@"));
  if (!isHubId(id)) throw malformed(name, "this is not the name of a model of the hub");
  if (revision.length > LONGEST_REVISION || !REVISION.test(revision))
    throw malformed(name, "this is not a branch, a tag or a commit", revision);
  return { id, revision };
}

/**
 * @param {string} text
 * @returns {boolean} whether a model of the hub may be called this
 */
export function isHubId(text) {
  const parts = text.split("/");
  const isKind = parts.length > 1 && OTHER_KINDS.includes(String(parts[0]));
  return (
    parts.length <= 2 && parts.every((part) => PART.test(part)) && !/--|\.\.|\.git$/.test(text) && !isKind
  );
}

/**
 * @param {HubModel} model
 * @returns {string} as {@link parseHubModel} reads it
 */
export function renderHubModel({ id, revision }) {
  return revision === "main" ? `${PREFIX}${id}` : `${PREFIX}${id}@${revision}`;
}

/**
 * @param {string} revision in which a slash may be written %2F, as in the hub's own notation
 * @returns {string}
 */
function unescaped(revision) {
  return revision.replace(/%2f/gi, "/");
}

/**
 * @param {string} name
 * @param {string} problem
 * @param {string} [value] the part that is wrong. @default the whole name
 * @returns {UserError}
 */
function malformed(name, problem, value = name) {
  return new UserError(`${problem}: ${renderValue(value)}`, {
    ...(value !== name && { place: name }),
    remedy: "write hf://OWNER/NAME or hf://OWNER/NAME@REVISION, such as hf://EleutherAI/pythia-70m@main",
  });
}
