import { readdirSync, realpathSync } from "node:fs";
import { hashFile, hashOf, UserError } from "@ft/bytes";
import { decidingFiles, snapshotName } from "@ft/experiment";
import { modelFile } from "../files/model-file.ts";
import type { Provenance } from "../manifest/manifest.ts";

/** Files that decide what a model computes; a model card does not. */
const weightsAndConfig = /\.(json|safetensors|arrow|model|txt)$/;

/**
 * One SHA-256 for a base model: of the names and contents of its configuration, tokenizer and weights. Folders inside
 * the model's folder are not part of it. Of a model in the hub's download cache only the files that are read are part of it: others
 * may be there or not, as the programs that share the cache want them.
 *
 * @throws UserError if the folder has no such file, or one that is outside of it
 */
export function hashModel(folder: string): string {
  const isCached = snapshotName(realpathSync(folder)) !== undefined;
  const names = isCached ? decidingFiles(folder) : filesIn(folder);
  if (names.length === 0) {
    throw new UserError("the base model's folder holds neither weights nor configuration", { file: folder });
  }
  return hashOf(
    names
      .sort()
      .map((name) => `${name}\n${hashFile(modelFile(folder, name))}\n`)
      .join(""),
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => weightsAndConfig.test(entry.name) && !entry.isDirectory())
    .map(({ name }) => name);
}

/** What the provenance of a result says about its base model: the hash of its files and, if it is from the hub, its name and commit. */
export function modelOrigin(folder: string): { inputs: { model: string } } & Pick<Provenance, "baseModel"> {
  const baseModel = snapshotName(realpathSync(folder));
  return { inputs: { model: hashModel(folder) }, ...(baseModel !== undefined && { baseModel }) };
}
