import { statSync } from "node:fs";
import { canonicalJson, UserError } from "@ft/bytes";
import { isTableManifest, listColumns, type TableManifest } from "../manifest/manifest.ts";
import { earlierVersion, rewriteRemedy } from "../manifest/read-manifest.ts";
import { type VerifiedManifest, verifyFile } from "../manifest/verify-file.ts";
import type { AnySchema, TableSchema } from "../schemas/schema.ts";
import { formatInteger } from "../text/format-number.ts";
import { scanRows } from "./scan.ts";
import { tablePath } from "./table-path.ts";

/**
 * Reads a whole table. The file is checked against its manifest before any of it is parsed.
 *
 * @param folderOrFile the Arrow file, or the folder that holds it under the schema's file name
 * @throws UserError if the file is missing, damaged, or of another table or version
 */
export function readTable<Row>(folderOrFile: string, schema: TableSchema<Row>): Row[] {
  return [...scanTable(folderOrFile, schema)];
}

/**
 * {@link readTable} one row at a time, for tables that do not fit in memory: one record batch is in memory at a time. The
 * file is verified before this returns. Bytes of tensors stay valid when the next row is read.
 */
export function scanTable<Row>(folderOrFile: string, schema: TableSchema<Row>): Iterable<Row> {
  const path = tablePath(folderOrFile, schema);
  const table = schema as unknown as AnySchema;
  const identity = fileIdentity(path);
  const manifest = checkContract(verifyFile(path), table);
  return {
    *[Symbol.iterator]() {
      if (fileIdentity(path) !== identity) {
        throw new UserError("the file changed after it was verified", {
          file: path,
          remedy: "read it again",
        });
      }
      let rows = 0;
      for (const row of scanRows(path, table)) {
        rows++;
        yield row as Row;
      }
      if (rows === manifest.rows) return;
      const problem = `the file has ${formatInteger(rows)} rows, its manifest says ${formatInteger(manifest.rows)}`;
      throw new UserError(problem, { file: path, remedy: rewriteRemedy });
    },
  };
}

/**
 * @returns the manifest, which is a table's
 * @throws UserError if the manifest is not of the expected table
 */
export function checkContract(manifest: VerifiedManifest, schema: AnySchema): TableManifest {
  if (isTableManifest(manifest) && isEarlier(manifest.schema, schema)) throw earlierVersion(manifest.file);
  const found = isTableManifest(manifest) ? differenceTo(schema, manifest) : manifest.what;
  if (isTableManifest(manifest) && found === undefined) return manifest;
  throw new UserError(`the file is not table ${schema.name} ${schema.version}`, {
    file: manifest.file,
    value: found,
    remedy: rewriteRemedy,
  });
}

function isEarlier(found: TableManifest["schema"], { name, version }: AnySchema): boolean {
  return found.name === name && found.version < version;
}

/** What a table is, if not the expected one; undefined if it is. */
function differenceTo(schema: AnySchema, manifest: TableManifest): string | undefined {
  const { name, version } = manifest.schema;
  if (name !== schema.name || version !== schema.version) return `table ${name} ${version}`;
  const sameColumns = canonicalJson(manifest.columns) === canonicalJson(listColumns(schema));
  return sameColumns ? undefined : "other columns";
}

function fileIdentity(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}
