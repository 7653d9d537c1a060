import { readdirSync, statSync } from "node:fs";
import { hashFile, hashOf, UserError } from "@ft/bytes";
import { modelFile } from "../files/model-file.ts";

/** Files that decide what a model computes; a model card does not. */
const weightsAndConfig = /\.(json|safetensors|arrow|model|txt)$/;

/**
 * One SHA-256 for a base model: of the names and contents of its configuration, tokenizer and weights. Folders inside
 * the model's folder are not part of it.
 *
 * @throws UserError if the folder does not exist or has no such file, or one that is outside of it
 */
export function hashModel(folder: string): string {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError("the base model's folder does not exist", {
      file: folder,
      remedy: "check `model` in the experiment",
    });
  }
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => weightsAndConfig.test(entry.name) && !entry.isDirectory())
    .map(({ name }) => name);
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
