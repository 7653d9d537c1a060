import { manifestPath, readSealed, UserError } from "@ft/bytes";
import { parseConfig } from "../config/parse-config.ts";
import { fileManifestSchema, type Manifest, manifestFormat, tableManifestSchema } from "./manifest.ts";

/** What to do about a file that does not match its manifest. */
export const rewriteRemedy = "run the stage that writes it again";

/**
 * Reads a file's manifest and checks that none of its bytes has changed since it was written.
 *
 * @throws UserError if there is none, or it is damaged or of another format
 */
export function readManifest(file: string): Manifest {
  const content = readSealed(file, rewriteRemedy);
  const at = { file: manifestPath(file) };
  if (content.format === "finetune-circuits/1") throw earlierVersion(file);
  if (content.format !== manifestFormat) {
    throw new UserError(`the manifest's format is not ${manifestFormat}`, {
      ...at,
      value: content.format,
      remedy: rewriteRemedy,
    });
  }
  return "what" in content
    ? parseConfig(fileManifestSchema, content, at)
    : parseConfig(tableManifestSchema, content, at);
}

/** The error for a file whose schema or manifest format has changed since. */
export function earlierVersion(file: string): UserError {
  return new UserError("the file was written by an earlier version of finetune-circuits", {
    file,
    remedy: rewriteRemedy,
  });
}
