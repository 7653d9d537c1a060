/**
 * The download cache that programs for the Hugging Face hub share: `models--OWNER--NAME/snapshots/COMMIT` has the files
 * of a commit, as links to `blobs/HASH`, and `refs/REVISION` the commit of a branch or tag. The layout is that of Python's
 * huggingface_hub. The Nx plugin reads it before any build and for each experiment, so this loads no library.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { COMMIT, renderHubModel } from "./model-name.js";

/** @import { HubModel } from "./model-name.js" */

/**
 * A model's commit in the cache.
 *
 * @typedef {object} Snapshot
 * @property {string} commit
 * @property {string} folder with the commit's files; may be missing, or have only some of them
 */

/**
 * The folder of programs for the hub: HF_HOME, or `huggingface` in XDG_CACHE_HOME or ~/.cache.
 *
 * @returns {string}
 */
export function hubHome() {
  const { HF_HOME, XDG_CACHE_HOME } = process.env;
  return expanded(HF_HOME || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface"));
}

/**
 * The folder of downloads: HF_HUB_CACHE, its older name HUGGINGFACE_HUB_CACHE, or `hub` in {@link hubHome}.
 *
 * @returns {string}
 */
export function hubCache() {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = process.env;
  return expanded(HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE || join(hubHome(), "hub"));
}

/**
 * @param {string} path
 * @returns {string} with `~`, `$NAME` and `${NAME}` replaced, as Python's huggingface_hub does
 */
function expanded(path) {
  return path
    .replace(/^~(?=$|[/\\])/, homedir())
    .replace(/\$(\w+)|\$\{([^}]+)\}/g, (text, plain, braced) => process.env[plain ?? braced] ?? text);
}

/**
 * The folder of a model in the cache, whether or not it is there.
 *
 * @param {Pick<HubModel, "id">} model
 * @returns {string}
 */
export function repositoryFolder({ id }) {
  return join(hubCache(), ["models", ...id.split("/")].join("--"));
}

/**
 * The commit that was last fetched of a revision. Nothing looks for a newer one.
 *
 * @param {HubModel} model
 * @returns {Snapshot | undefined} undefined if the revision is not known here
 */
export function findSnapshot(model) {
  const { revision } = model;
  const commit = COMMIT.test(revision)
    ? revision
    : readCommit(join(repositoryFolder(model), "refs", revision));
  return commit === undefined ? undefined : { commit, folder: snapshotFolder(model, commit) };
}

/**
 * @param {Pick<HubModel, "id">} model
 * @param {string} commit
 * @returns {string}
 */
export function snapshotFolder(model, commit) {
  return join(repositoryFolder(model), "snapshots", commit);
}

/**
 * @param {string} file
 * @returns {string | undefined} undefined if the file does not exist or holds something else
 */
function readCommit(file) {
  try {
    const text = readFileSync(file, "utf8").trim();
    return COMMIT.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The model and the commit whose files a folder of the cache has.
 *
 * @param {string} folder with all links resolved
 * @returns {string | undefined} such as "hf://EleutherAI/pythia-70m@a39f36b100fe8a5377810d56c3f4789b9c53ac42"; undefined for any
 *   other folder
 */
export function snapshotName(folder) {
  const commit = basename(folder);
  const [kind, ...parts] = basename(dirname(dirname(folder))).split("--");
  const isSnapshot = basename(dirname(folder)) === "snapshots" && COMMIT.test(commit);
  if (!isSnapshot || kind !== "models" || parts.length === 0) return undefined;
  return renderHubModel({ id: parts.join("/"), revision: commit });
}

/** Marks the store of files that all repositories of a cache share; its content is the version of its layout. */
const SHARED_MARK = ".huggingface-shared-blobs";

/**
 * The folders outside of a snapshot that its links may lead to: the files of its repository, which may be links themselves to
 * the store that newer versions of huggingface_hub keep for the whole cache.
 *
 * @param {string} folder with all links resolved
 * @returns {string[]} none if the folder is not a snapshot
 */
export function linkedFolders(folder) {
  const repository = dirname(dirname(folder));
  if (basename(dirname(folder)) !== "snapshots" || !basename(repository).startsWith("models--")) return [];
  const shared = join(dirname(repository), "blobs");
  return [join(repository, "blobs"), ...(existsSync(join(shared, SHARED_MARK)) ? [shared] : [])];
}
