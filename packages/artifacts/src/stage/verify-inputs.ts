import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "@ft/bytes";
import type { Manifest } from "../manifest/manifest.ts";
import { verifyFile } from "../manifest/verify-file.ts";
import { speedSchema } from "../schemas/speed.ts";
import { checkContract } from "../tables/read-table.ts";
import type { RoleContract } from "./stage.ts";
import { inputName } from "./stage-folders.ts";

/** Folders by role, absolute. */
export type InputFolders = Record<string, string[]>;

/**
 * Checks every table of every input folder against its manifest, and that each role's tables are there.
 *
 * @param own the folder of the experiment's runs
 * @returns `hashes`: SHA-256 of every table by "role/stage/file", except timings, which differ whenever a stage is repeated; a
 * stage of another experiment is EXPERIMENT.STAGE. `runs`: for each role, the train stage whose runs its tables are about
 * @throws UserError if a table is missing or damaged
 */
export function verifyInputs(
  inputs: InputFolders,
  contract: Readonly<Record<string, RoleContract>> | undefined,
  own: string,
): { hashes: Record<string, string>; runs: Map<string, Manifest["runs"]> } {
  const hashes: Record<string, string> = {};
  const runs = new Map<string, Manifest["runs"]>();
  for (const [role, folders] of Object.entries(inputs)) {
    for (const folder of folders) {
      for (const table of tablesIn(folder, contract?.[role])) {
        const manifest = verifyFile(join(folder, table));
        runs.set(role, manifest.runs);
        const schema = contract?.[role]?.tables.find(({ file }) => file === table);
        if (schema) checkContract(manifest, schema);
        if (table !== speedSchema.file)
          hashes[`${role}/${inputName(own, folder)}/${table}`] = manifest.sha256;
      }
    }
  }
  return { hashes, runs };
}

/** The Arrow files of a folder, and those its role requires, existing or not. */
function tablesIn(folder: string, role: RoleContract | undefined): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError("this stage has not run yet", {
      file: folder,
      remedy: `run stage ${basename(folder)} of ${basename(dirname(folder))} first`,
    });
  }
  const found = readdirSync(folder).filter((name) => name.endsWith(".arrow"));
  return [...new Set([...found, ...(role?.tables ?? []).map(({ file }) => file)])].sort();
}
