import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { didYouMean, UserError } from "@ft/bytes";
import type { Manifest } from "../manifest/manifest.ts";
import { verifyFile } from "../manifest/verify-file.ts";
import { speedSchema } from "../schemas/speed.ts";
import { checkContract } from "../tables/read-table.ts";
import type { RoleContract } from "./stage.ts";

/** Folders by role, absolute. */
export type InputFolders = Record<string, string[]>;

/**
 * Checks every table of every input folder against its manifest, and that each role's tables are there.
 *
 * @returns SHA-256 of every table by "role/stage/file", except timings, which differ between runs of the same; and whose
 * training runs the tables of each role are about
 * @throws UserError if a role is unknown or missing, or a table is missing or damaged
 */
export function verifyInputs(
  inputs: InputFolders,
  contract: Readonly<Record<string, RoleContract>> | undefined,
  at: { file: string; place: string },
): { hashes: Record<string, string>; runs: Map<string, Manifest["runs"]> } {
  if (contract) checkRoles(inputs, contract, at);
  const hashes: Record<string, string> = {};
  const runs = new Map<string, Manifest["runs"]>();
  for (const [role, folders] of Object.entries(inputs)) {
    for (const folder of folders) {
      for (const table of tablesIn(folder, contract?.[role])) {
        const manifest = verifyFile(join(folder, table));
        runs.set(role, manifest.runs);
        const schema = contract?.[role]?.tables.find(({ file }) => file === table);
        if (schema) checkContract(manifest, schema);
        if (table !== speedSchema.file) hashes[`${role}/${basename(folder)}/${table}`] = manifest.sha256;
      }
    }
  }
  return { hashes, runs };
}

function checkRoles(
  inputs: InputFolders,
  contract: Readonly<Record<string, RoleContract>>,
  at: { file: string; place: string },
): void {
  const known = Object.keys(contract);
  const given = Object.keys(inputs);
  for (const role of given) {
    if (known.includes(role)) continue;
    const hint = didYouMean(role, known) || `; known: ${known.join(", ")}`;
    throw new UserError(`this kind of stage has no input "${role}"${hint}`, at);
  }
  for (const [role, { optional, several }] of Object.entries(contract)) {
    const folders = inputs[role] ?? [];
    if (folders.length > 1 && !several) {
      throw new UserError(`the input "${role}" has ${folders.length} stages`, {
        ...at,
        value: folders.map((folder) => basename(folder)),
        remedy: "name one",
      });
    }
    if (optional || given.includes(role)) continue;
    throw new UserError(`the input "${role}" is missing`, {
      ...at,
      remedy: "name the stage that plays this role",
    });
  }
}

/** The Arrow files of a folder, and those its role demands, whether there or not. */
function tablesIn(folder: string, role: RoleContract | undefined): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError("this stage has not run yet", {
      file: folder,
      remedy: `run stage ${basename(folder)} first`,
    });
  }
  const found = readdirSync(folder).filter((name) => name.endsWith(".arrow"));
  return [...new Set([...found, ...(role?.tables ?? []).map(({ file }) => file)])].sort();
}
