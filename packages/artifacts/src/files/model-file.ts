import { realpathSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { regularFile, UserError } from "@ft/bytes";

/**
 * The path of a file in a model folder, after checking that it is a regular file of that folder. A link may lead to
 * another file of the folder, or, in Hugging Face's download cache, from `models--NAME/snapshots/REVISION` to the `blobs`
 * of the same repository; any other link could pass an unrelated file off as the model's.
 *
 * @param name a name without a folder
 * @throws UserError if there is no such file, it is a folder, pipe or device, or a link points outside the folder
 */
export function modelFile(folder: string, name: string): string {
  const file = join(folder, name);
  regularFile(file);
  const target = realpathSync(file);
  if (homes(realpathSync(folder)).some((home) => target.startsWith(home + sep))) return file;
  throw new UserError("the link points outside the model's folder", {
    file,
    value: target,
    remedy: "Copy the file itself into the folder.",
  });
}

/** The folders that may hold a model's files: its own, and in the download cache the one its links lead to. */
function homes(folder: string): string[] {
  const repository = dirname(dirname(folder));
  const isSnapshot = basename(dirname(folder)) === "snapshots" && basename(repository).startsWith("models--");
  return isSnapshot ? [folder, join(repository, "blobs")] : [folder];
}
