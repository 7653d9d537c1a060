import { rmSync, statSync } from "node:fs";
import { hashFile, manifestPath, seal } from "@ft/bytes";
import { writeFileAtomic } from "../files/atomic-file.ts";
import type { AnySchema } from "../schemas/schema.ts";
import {
  fileManifestSchema,
  listColumns,
  manifestFormat,
  type Provenance,
  type TableManifest,
  tableManifestSchema,
} from "./manifest.ts";

/** What only the writer of a table knows about its contents. */
export type Measured = Pick<TableManifest, "sha256" | "bytes" | "rows">;

/** Writes a table's manifest, sealed with a hash of its own text. */
export function writeManifest(
  file: string,
  schema: AnySchema,
  measured: Measured,
  provenance: Provenance,
): void {
  const content = {
    format: manifestFormat,
    schema: { name: schema.name, version: schema.version },
    columns: listColumns(schema),
    ...measured,
    ...provenance,
  } satisfies TableManifest;
  writeFileAtomic(manifestPath(file), seal(tableManifestSchema.parse(content)));
}

/**
 * Writes a file that is not a table, and its manifest, so that it can be verified as a table is.
 *
 * @param what the file is, in a few words, such as "figure: accuracy"
 */
export function writeSealedFile(
  file: string,
  contents: string | Uint8Array,
  what: string,
  provenance: Provenance,
): void {
  removeManifest(file);
  writeFileAtomic(file, contents);
  sealFile(file, what, provenance);
}

/** Writes the manifest of a file that is there and is not a table, see {@link writeSealedFile}. */
export function sealFile(file: string, what: string, provenance: Provenance): void {
  const manifest = fileManifestSchema.parse({
    format: manifestFormat,
    what,
    sha256: hashFile(file),
    bytes: statSync(file).size,
    ...provenance,
  });
  writeFileAtomic(manifestPath(file), seal(manifest));
}

/** Removes a file's manifest before the file is replaced, so that the two never disagree. */
export function removeManifest(file: string): void {
  rmSync(manifestPath(file), { force: true });
}
