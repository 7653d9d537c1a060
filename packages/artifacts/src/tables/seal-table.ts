import { statSync } from "node:fs";
import { hashFile } from "@ft/bytes";
import type { Provenance } from "../manifest/manifest.ts";
import { writeManifest } from "../manifest/write-manifest.ts";
import type { AnySchema, TableSchema } from "../schemas/schema.ts";
import { checkTable } from "./check-table.ts";
import { tablePath } from "./table-path.ts";

/**
 * Seals an Arrow file that another program wrote: checks its columns, types, nulls, every value and the order of rows
 * against the schema, then writes its manifest.
 *
 * @throws UserError if the file breaks the contract, or reading it takes more time or memory than its size allows
 */
export async function sealTable<Row>(
  folderOrFile: string,
  schema: TableSchema<Row>,
  provenance: Provenance,
): Promise<void> {
  const path = tablePath(folderOrFile, schema);
  const rows = await checkTable(path, schema);
  const measured = { sha256: hashFile(path), bytes: statSync(path).size, rows };
  writeManifest(path, schema as unknown as AnySchema, measured, provenance);
}
