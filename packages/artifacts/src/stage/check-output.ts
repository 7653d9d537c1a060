import { statSync } from "node:fs";
import { UserError } from "@ft/bytes";
import { manifestPath, type Provenance } from "../manifest/manifest.ts";
import type { AnySchema } from "../schemas/schema.ts";
import { scanTable } from "../tables/read-table.ts";
import { sealTable } from "../tables/seal-table.ts";
import { tablePath } from "../tables/table-path.ts";

/**
 * Checks that a folder holds every table a stage must write, each with a manifest that is true of it and every value
 * within its contract.
 *
 * @param seal given for an outside command's output: tables without a manifest are checked and get one with this
 * provenance
 * @throws UserError naming the first table that is missing or breaks its contract
 */
export function checkStageOutput(folder: string, schemas: readonly AnySchema[], seal?: Provenance): void {
  for (const schema of schemas) {
    const path = tablePath(folder, schema);
    if (!isFile(path)) {
      throw new UserError(`the stage did not write table ${schema.name}`, {
        file: path,
        place: schema.meaning,
      });
    }
    if (seal && !isFile(manifestPath(path))) sealTable(path, schema, seal);
    else for (const _ of scanTable(path, schema));
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
