import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder for what was downloaded or compiled for this machine, shared by all checkouts: FT_CACHE, or `finetune-circuits` in the
 * platform's cache folder (XDG_CACHE_HOME, if it is set).
 *
 * @returns {string} absolute unless FT_CACHE is not; the folder need not exist
 */
export function cacheFolder() {
  const { FT_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (FT_CACHE) return FT_CACHE;
  /** @type {Partial<Record<NodeJS.Platform, string>>} */
  const defaults = {
    darwin: join(homedir(), "Library", "Caches"),
    win32: LOCALAPPDATA ?? join(homedir(), "AppData", "Local"),
  };
  return join(
    XDG_CACHE_HOME || (defaults[process.platform] ?? join(homedir(), ".cache")),
    "finetune-circuits",
  );
}
