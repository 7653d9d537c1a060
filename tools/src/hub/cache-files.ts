/** Files in the download cache, written as Python's huggingface_hub does; see `hub-cache.js` of @ft/experiment. */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statfsSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { UserError, writeFileAtomic } from "@ft/artifacts";
import { absenceMark, type HubModel, repositoryFolder } from "@ft/experiment";
import { fileSize } from "./file-size.ts";
import type { HubFile } from "./hub.ts";

/** The path of a file's bytes, which is named after their hash. */
export function blobPath(model: HubModel, { hash }: HubFile): string {
  return join(repositoryFolder(model), "blobs", hash.hex);
}

/**
 * Puts a file whose bytes are in the cache into a snapshot: as a relative link or, where there are no links (Windows, or
 * HF_HUB_DISABLE_SYMLINKS), the file itself.
 */
export function placeFile(blob: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true }); // a link whose bytes are gone
  if (tryLink(relative(dirname(path), blob), path)) return;
  const temporary = `${path}.${process.pid}.tmp`;
  copyFileSync(blob, temporary);
  renameSync(temporary, path);
  rmSync(blob);
}

function tryLink(target: string, path: string): boolean {
  if (/^(1|on|yes|true)$/i.test(process.env.HF_HUB_DISABLE_SYMLINKS ?? "")) return false;
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(code)) return false;
    throw error;
  }
}

/** Records that a commit does not have a file, so that nobody asks again. */
export function markAbsent(snapshot: string, name: string): void {
  const mark = absenceMark(snapshot, name);
  if (!existsSync(mark)) writeFileAtomic(mark, "");
}

/** Records the commit of a branch, a tag or a commit's first digits. */
export function writeRef(model: HubModel, commit: string): void {
  if (model.revision === commit) return;
  writeFileAtomic(join(repositoryFolder(model), "refs", model.revision), commit);
}

/**
 * Checks before a download that it fits on the disk.
 * @param bytes still to be downloaded
 * @throws UserError with both sizes
 */
export function assertSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= bytes) return;
  throw new UserError("the model does not fit on the disk of the download cache", {
    file: folder,
    value: `${fileSize(bytes)} to download, ${fileSize(bavail * bsize)} free`,
    remedy: "free some space, or set HF_HUB_CACHE to a folder on another disk",
  });
}
