import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@ft/bytes";
import { hashFile, hashOf } from "../files/hash-file.ts";

/** Files that decide what a model computes; a model card does not. */
const weightsAndConfig = /\.(json|safetensors|arrow|model|txt)$/;

/**
 * One SHA-256 for a base model: of the names and contents of its configuration, tokenizer and weights.
 *
 * @throws UserError if the folder is not there or holds no such file
 */
export function hashModel(folder: string): string {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError("the base model's folder is not there", {
      file: folder,
      remedy: "check `model` in the experiment",
    });
  }
  const names = readdirSync(folder).filter((name) => weightsAndConfig.test(name));
  if (names.length === 0) {
    throw new UserError("the base model's folder holds neither weights nor configuration", { file: folder });
  }
  return hashOf(
    names
      .sort()
      .map((name) => `${name}\n${hashFile(join(folder, name))}\n`)
      .join(""),
  );
}
