import { realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { regularFile, UserError } from "@ft/bytes";
import { linkedFolders } from "@ft/experiment";

/**
 * The path of a file in a model folder, after checking that it is a regular file of that folder. A link may lead to
 * another file of the folder, or, in Hugging Face's download cache, to where that keeps the files of the same repository; any
 * other link could pass an unrelated file off as the model's.
 *
 * @param name a name without a folder
 * @throws UserError if there is no such file, it is a folder, pipe or device, or a link points outside the folder
 */
export function modelFile(folder: string, name: string): string {
  const file = join(folder, name);
  regularFile(file);
  const target = realpathSync(file);
  const home = realpathSync(folder);
  if ([home, ...linkedFolders(home)].some((allowed) => target.startsWith(allowed + sep))) return file;
  throw new UserError("the link points outside the model's folder", {
    file,
    value: target,
    remedy: "Copy the file itself into the folder.",
  });
}
