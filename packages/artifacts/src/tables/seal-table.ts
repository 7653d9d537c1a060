import { statSync } from "node:fs";
import { hashFile } from "../files/hash-file.ts";
import type { Provenance } from "../manifest/manifest.ts";
import { writeManifest } from "../manifest/write-manifest.ts";
import type { AnySchema, TableSchema } from "../schemas/schema.ts";
import { scanRows } from "./scan.ts";
import { tablePath } from "./table-path.ts";

/**
 * Vouches for an Arrow file another program wrote: checks its columns, types, nulls and every value against the
 * schema, then writes its manifest.
 *
 * @throws UserError if the file breaks the contract
 */
export function sealTable<Row>(folderOrFile: string, schema: TableSchema<Row>, provenance: Provenance): void {
  const table = schema as unknown as AnySchema;
  const path = tablePath(folderOrFile, schema);
  let rows = 0;
  for (const _ of scanRows(path, table)) rows++;
  writeManifest(path, table, { sha256: hashFile(path), bytes: statSync(path).size, rows }, provenance);
}
