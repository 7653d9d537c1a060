import { existsSync } from "node:fs";
import { join } from "node:path";
import { TOKENIZER_FILE } from "@ft/experiment";

/** Whose tokenizer stands in for that of a model without one, relative to the repository's root. */
const OTHER_TOKENIZER = "models/nano";

/**
 * The folder with a model's tokenizer, or with another one, to count and rehearse with until the model has its own.
 *
 * @param model its folder
 * @param root of the repository
 */
export function tokenizerFolder(model: string, root: string): { folder: string; isOther: boolean } {
  const isOther = !existsSync(join(model, TOKENIZER_FILE));
  return { folder: isOther ? join(root, OTHER_TOKENIZER) : model, isOther };
}
