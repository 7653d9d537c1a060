import { readFile, stat } from "node:fs/promises";
import { UserError } from "@ft/artifacts";

/** The largest tokenizers take some 35 MB. */
export const MAX_JSON_BYTES = 200_000_000;

/** Reads a JSON file. @throws UserError when it is missing, larger than {@link MAX_JSON_BYTES}, or not JSON. */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > MAX_JSON_BYTES)
      throw new UserError(`the file is larger than any of its kind (${MAX_JSON_BYTES} bytes)`, {
        file,
        value: size,
        remedy: "Check that the path is right.",
      });
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("the file cannot be read", {
      file,
      value: (error as NodeJS.ErrnoException).code,
      remedy: "Check that the path is right and that you may read it.",
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError("the file is not valid JSON", {
      file,
      value: (error as Error).message,
      remedy: "The file is damaged or incomplete: download or write it again.",
    });
  }
}
