import { z } from "zod";
import type { AnySchema } from "../schemas/schema.ts";

/** The manifest format this program reads and writes. */
export const manifestFormat = "finetune-circuits/2";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.int().min(0);

/** Where a file comes from: what a stage records with everything it writes. */
export const provenanceSchema = z.strictObject({
  /** The stage that wrote it; null outside an experiment. */
  producer: z.strictObject({ experiment: z.string(), stage: z.string(), uses: z.string() }).nullable(),
  /** The train stage whose runs the file is about; null if there is none. */
  runs: z.strictObject({ experiment: z.string(), stage: z.string() }).nullable(),
  /** SHA-256 of everything read: "role/stage/file" for tables, "model" for the base model's files together. */
  inputs: z.record(z.string(), sha256),
  /** The base model with its commit, "hf://OWNER/NAME@COMMIT", if it is from the Hugging Face hub. */
  baseModel: z.string().optional(),
  /** The stage's configuration with every default filled in. */
  config: z.json(),
  seed: z.int().nullable(),
  /** SHA-256 of the code that wrote it, see codeHash; null outside a stage or command. */
  code: sha256.nullable(),
  /** Versions of the libraries that decide the bytes. */
  versions: z.record(z.string(), z.string()),
  /** The backend that computed it; null if none was used. */
  backend: z
    .strictObject({ name: z.string(), device: z.string(), library: z.string(), threads: z.int() })
    .nullable(),
  /**
   * Present if a command replaced the stage's own program: the command as the experiment has it, and the SHA-256 of
   * each file it names, by path relative to the repository's root (absolute outside of it).
   */
  outside: z.strictObject({ command: z.string(), files: z.record(z.string(), sha256) }).optional(),
});

export type Provenance = z.infer<typeof provenanceSchema>;

const sealed = { format: z.literal(manifestFormat), sha256, bytes: whole, ...provenanceSchema.shape };

/** The contents of a table's manifest. Nothing in it depends on when or where the file was written. */
export const tableManifestSchema = z.strictObject({
  ...sealed,
  schema: z.strictObject({ name: z.string(), version: z.int().min(1) }),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string(), nullable: z.boolean() })),
  rows: whole,
});

/** The contents of any other file's manifest: of a page, a figure, a CSV, a graph as JSON. */
export const fileManifestSchema = z.strictObject({
  ...sealed,
  /** What the file is, in a few words. */
  what: z.string().min(1),
});

export type TableManifest = z.infer<typeof tableManifestSchema>;
type FileManifest = z.infer<typeof fileManifestSchema>;
export type Manifest = TableManifest | FileManifest;

/** Whether a manifest is that of a table. */
export function isTableManifest<M extends Manifest>(manifest: M): manifest is M & TableManifest {
  return "schema" in manifest;
}

/** A schema's columns as a manifest lists them. */
export function listColumns(schema: AnySchema): TableManifest["columns"] {
  return Object.entries(schema.columns).map(([name, { type, nullable }]) => ({ name, type, nullable }));
}
