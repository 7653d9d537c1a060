/** `ft import peft`: an adapter of PEFT as the folder of a run. */
import { existsSync, readdirSync } from "node:fs";
import { codeHash, createProvenance, modelOrigin, swapFolder, UserError } from "@ft/artifacts";
import { loadModel } from "@ft/model";
import { writeImportedAdapter } from "@ft/train";
import { obtainModel } from "../hub/obtain-model.ts";
import type { PeftImport } from "./import.ts";

/**
 * Writes the tables of an import stage into a new folder, see {@link writeImportedAdapter}.
 *
 * @returns what was read, in words
 * @throws UserError if the adapter cannot be read, or the folder is not empty
 */
export async function importPeft({ adapter, out, plan, updates, ...given }: PeftImport): Promise<string> {
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new UserError("the folder to write is not empty", { file: out, remedy: "name a new one as --out" });
  const model = await obtainModel(given.model);
  const base = await loadModel(model);
  const { inputs, ...origin } = modelOrigin(model);
  const provenance = createProvenance({
    ...origin,
    inputs,
    config: { plan, updates },
    code: codeHash("tools"),
  });
  let read = "";
  await swapFolder(out, async (folder) => {
    read = await writeImportedAdapter(folder, base, { adapter, plan, updates }, provenance);
  });
  return read;
}
