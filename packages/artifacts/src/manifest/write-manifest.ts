import { rmSync } from "node:fs";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { hashOf } from "../files/hash-file.ts";
import type { AnySchema } from "../schemas/schema.ts";
import { canonicalJson } from "./canonical-json.ts";
import {
  listColumns,
  type Manifest,
  manifestFormat,
  manifestPath,
  manifestSchema,
  type Provenance,
} from "./manifest.ts";

/** What only the writer of a file knows about its contents. */
export type Measured = Pick<Manifest, "sha256" | "bytes" | "rows">;

/** Writes a file's manifest, sealed with a hash of its own text. */
export function writeManifest(
  file: string,
  schema: AnySchema,
  measured: Measured,
  provenance: Provenance,
): void {
  const manifest = manifestSchema.parse({
    format: manifestFormat,
    schema: { name: schema.name, version: schema.version },
    columns: listColumns(schema),
    ...measured,
    ...provenance,
  } satisfies Manifest);
  writeFileAtomic(manifestPath(file), canonicalJson({ ...manifest, seal: hashOf(canonicalJson(manifest)) }));
}

/** Removes a file's manifest before the file is replaced, so that the two never disagree. */
export function removeManifest(file: string): void {
  rmSync(manifestPath(file), { force: true });
}
