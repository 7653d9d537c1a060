import { readdirSync, statSync } from "node:fs";
import { manifestPath, UserError } from "@ft/bytes";
import type { Provenance } from "../manifest/manifest.ts";
import { verifyFile } from "../manifest/verify-file.ts";
import type { AnySchema } from "../schemas/schema.ts";
import { scanTable } from "../tables/read-table.ts";
import { sealTable } from "../tables/seal-table.ts";
import { tablePath } from "../tables/table-path.ts";

/**
 * Checks that a folder holds every table a stage must write, each matching its manifest, with all values within its
 * contract.
 *
 * @param seal given for an outside command's output: every table gets a manifest with this provenance. A manifest
 * that it already has must match it; only its backend is taken over
 * @throws UserError naming the first table that is missing or breaks its contract
 */
export async function checkStageOutput(
  folder: string,
  schemas: readonly AnySchema[],
  seal?: Provenance,
): Promise<void> {
  for (const schema of schemas) {
    const path = tablePath(folder, schema);
    if (!isFile(path)) {
      throw new UserError(`the stage did not write table ${schema.name}`, {
        file: path,
        place: schema.meaning,
        ...(seal && {
          value: readdirSync(folder),
          remedy: `write the table as ${schema.file} into $FT_OUTPUT`,
        }),
      });
    }
    if (seal) await sealOutput(path, schema, seal);
    else for (const _ of scanTable(path, schema));
  }
}

async function sealOutput(path: string, schema: AnySchema, seal: Provenance): Promise<void> {
  const backend = isFile(manifestPath(path)) ? verifyFile(path).backend : seal.backend;
  await sealTable(path, schema, { ...seal, backend });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
