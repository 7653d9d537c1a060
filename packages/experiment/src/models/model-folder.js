/** From a model's name to the folder with its files. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "@ft/bytes";
import { findSnapshot, hubCache } from "./hub-cache.js";
import { missingFiles } from "./model-files.js";
import { isHubId, parseHubModel, renderHubModel } from "./model-name.js";

/** @import { HubModel } from "./model-name.js" */

/**
 * The folder of a model, which is there: nothing is downloaded.
 *
 * @param {string} name a path, or a model of the hub (`hf://OWNER/NAME@REVISION`)
 * @param {string} [root] absolute; where relative paths start. @default the working directory
 * @returns {string} absolute
 * @throws {UserError} if there is no such folder, the name is malformed, or the model was not fetched as a whole
 */
export function modelFolder(name, root = process.cwd()) {
  const model = parseHubModel(name);
  if (model) return cachedModel(model);
  const folder = resolve(root, name);
  if (isFolder(folder)) return folder;
  throw new UserError("the model's folder does not exist", {
    file: folder,
    remedy: `check its path${isHubId(name) ? `; a model of the Hugging Face hub is written hf://${name}` : ""}`,
  });
}

/**
 * Whether all files of a model are here: of a model of the hub those that it needs are in the download cache. Of a folder nothing is
 * asked.
 *
 * @param {string} name as {@link modelFolder} takes it
 * @returns {boolean}
 */
export function isHere(name) {
  const model = parseHubModel(name);
  const snapshot = model && findSnapshot(model);
  return !model || (snapshot !== undefined && missingFiles(snapshot.folder).length === 0);
}

/**
 * The folder of a model of the hub in the download cache.
 *
 * @param {HubModel} model
 * @returns {string} absolute
 * @throws {UserError} if files that the model needs are not there
 */
function cachedModel(model) {
  const snapshot = findSnapshot(model);
  const name = renderHubModel(model);
  const remedy = `fetch it: npx ft model fetch ${name}`;
  if (snapshot === undefined || !existsSync(snapshot.folder))
    throw new UserError(`${name} is not in the download cache`, { file: hubCache(), remedy });
  const missing = missingFiles(snapshot.folder);
  if (missing.length === 0) return resolve(snapshot.folder);
  throw new UserError(`${name} is only partly in the download cache`, {
    file: snapshot.folder,
    place: "missing files",
    value: missing,
    remedy,
  });
}

/** @param {string} path */
function isFolder(path) {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // also if a part of the path is a file, or too long
  }
}
