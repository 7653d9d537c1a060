import { existsSync } from "node:fs";
import { canonicalJson, hashFile, hashOf, readJson, UserError } from "@ft/bytes";
import { parseConfig } from "../config/parse-config.ts";
import {
  fileManifestSchema,
  type Manifest,
  manifestFormat,
  manifestPath,
  tableManifestSchema,
} from "./manifest.ts";

/** In bytes; the longest configurations take some thousands. */
const LARGEST_MANIFEST = 16 * 2 ** 20;

/** What to do about every file that is not what its manifest says. */
export const rewriteRemedy = "run the stage that writes it again";

/**
 * Reads a file's manifest and checks that not one byte of it has changed since it was written.
 *
 * @throws UserError if there is none, or it is damaged or of another format
 */
export function readManifest(file: string): Manifest {
  const path = manifestPath(file);
  const fail = (problem: string, value?: unknown): never => {
    throw new UserError(problem, { file: path, value, remedy: rewriteRemedy });
  };
  if (!existsSync(path)) return fail("missing manifest: the file cannot be verified");
  const value = readObject(path, fail);
  const { seal, ...content } = value;
  // Our own writer has one form for equal values, so the seal covers every byte.
  if (seal !== hashOf(canonicalJson(content)) || hashFile(path) !== hashOf(canonicalJson(value))) {
    fail("the manifest is damaged: its text is not what was written");
  }
  if (content.format !== manifestFormat) {
    fail(`the manifest is of another format than ${manifestFormat}`, content.format);
  }
  const at = { file: path };
  return "what" in content
    ? parseConfig(fileManifestSchema, content, at)
    : parseConfig(tableManifestSchema, content, at);
}

function readObject(path: string, fail: (problem: string) => never): Record<string, unknown> {
  let value: unknown;
  try {
    value = readJson(path, { most: LARGEST_MANIFEST, what: "the manifest" });
  } catch (error) {
    return fail(`the manifest is damaged: ${error instanceof UserError ? error.problem : String(error)}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  return fail("the manifest is damaged: it is not a JSON object");
}
