import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hashFile, manifestPath, regularFile, renderValue, UserError } from "@ft/bytes";
import { formatInteger } from "../text/format-number.ts";
import { isTableManifest, type Manifest } from "./manifest.ts";
import { describeBackend } from "./provenance.ts";
import { readManifest, rewriteRemedy } from "./read-manifest.ts";

/** A file's manifest, after the file was verified against it. */
export type VerifiedManifest = Manifest & { file: string };

/**
 * Checks a file against its manifest, byte for byte, without parsing it.
 *
 * @throws UserError if either is missing, cut short or changed
 */
export function verifyFile(file: string): VerifiedManifest {
  const bytes = regularFile(file, { remedy: rewriteRemedy });
  const manifest = readManifest(file);
  if (bytes !== manifest.bytes) {
    const found = `${formatInteger(bytes)} of ${formatInteger(manifest.bytes)} bytes`;
    const how = bytes < manifest.bytes ? `the file was cut short: ${found}` : `the file has grown: ${found}`;
    throw new UserError(how, { file, remedy: rewriteRemedy });
  }
  const sha256 = hashFile(file);
  if (sha256 !== manifest.sha256) {
    const problem = "the file's contents have changed since it was written";
    throw new UserError(problem, {
      file,
      value: `sha-256 ${sha256}, the manifest says ${manifest.sha256}`,
      remedy: rewriteRemedy,
    });
  }
  return { ...manifest, file };
}

/** A verified file in a few lines, for people. */
export function describeManifest(manifest: VerifiedManifest): string {
  const { bytes, sha256, producer, runs, baseModel, outside, backend, seed, code } = manifest;
  const kind = isTableManifest(manifest)
    ? [
        `  schema    ${manifest.schema.name} ${manifest.schema.version}`,
        `  rows      ${formatInteger(manifest.rows)}`,
      ]
    : [`  what      ${manifest.what}`];
  const lines = [
    manifest.file,
    ...kind,
    `  bytes     ${formatInteger(bytes)}`,
    `  sha-256   ${sha256}`,
    `  producer  ${producer ? `${producer.experiment}, stage ${producer.stage} (${producer.uses})` : "outside an experiment"}`,
  ];
  if (runs) lines.push(`  runs      of ${runs.experiment}, stage ${runs.stage}`);
  if (baseModel) lines.push(`  model     ${baseModel}`);
  if (outside) lines.push(...describeOutside(outside));
  if (seed !== null) lines.push(`  seed      ${seed}`);
  if (backend) lines.push(`  backend   ${describeBackend(backend)}`);
  if (code) lines.push(`  code      ${code}`);
  return lines.join("\n");
}

function describeOutside({ command, files }: NonNullable<Manifest["outside"]>): string[] {
  const named = Object.entries(files).map(([path, sha256]) => `  file      ${path}, sha-256 ${sha256}`);
  const none = "  files     none named by the command: what it ran is not recorded";
  return [`  command   ${renderValue(command)}`, ...(named.length > 0 ? named : [none])];
}

/**
 * The files in a folder, at any depth, that {@link verifyFile} applies to, sorted: tables, and whatever has a
 * manifest. A file that is gone while its manifest is still there is among them.
 */
export function verifiableFiles(folder: string): string[] {
  const suffix = manifestPath("");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) => {
    if (name.endsWith(suffix)) return [name.slice(0, -suffix.length)];
    return name.endsWith(".arrow") ? [name] : [];
  });
  return [...new Set(names)].sort().map((name) => join(folder, name));
}
