import { readFile } from "node:fs/promises";
import { UserError } from "@ft/artifacts";

/** Reads a JSON file. @throws UserError when it is missing or not JSON. */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
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
