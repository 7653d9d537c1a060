import { readFileSync } from "node:fs";
import { parseConfig } from "../config/parse-config.ts";
import { UserError } from "../errors/user-error.ts";
import { hashOf } from "../files/hash-file.ts";
import { canonicalJson } from "./canonical-json.ts";
import {
  fileManifestSchema,
  type Manifest,
  manifestFormat,
  manifestPath,
  tableManifestSchema,
} from "./manifest.ts";

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
  const text = readText(path) ?? fail("the file has no manifest, so nothing vouches for it");
  const value = parseJson(text) ?? fail("the manifest is damaged: it is not JSON");
  const { seal, ...content } = value;
  if (seal !== hashOf(canonicalJson(content)) || text !== canonicalJson(value)) {
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

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
