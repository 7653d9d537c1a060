/**
 * The parts of a stage's work, such as its runs or checkpoints, each in a folder that is kept when the stage is
 * interrupted and also when it has finished: the next run computes only the parts that are new.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, hashOf } from "@ft/bytes";
import type { Provenance } from "../manifest/manifest.ts";

/** Everything that decides a part's result, besides the stage's code, seed and base model. */
export interface WorkPart {
  /** What computes it: another backend or number of threads rounds differently. */
  backend: Provenance["backend"];
  /** The roles whose tables decide it. */
  roles: readonly string[];
  /** Whatever else decides it, as JSON: the settings it depends on, its run, its adapter. */
  of: unknown;
}

/**
 * The folder of a part of a stage's work, made if it does not exist. Equal parts have the same folder, whatever other
 * parts, inputs and settings the stage has.
 */
export function partFolder(
  { work, provenance }: { work: string; provenance: Provenance },
  { backend, roles, of }: WorkPart,
): string {
  const { code, seed, inputs } = provenance;
  const read = Object.entries(inputs).filter(([name]) => name === "model" || roles.includes(roleOf(name)));
  const key = hashOf(canonicalJson({ code, seed, read: Object.fromEntries(read), backend, of: asJson(of) }));
  const folder = join(work, key.slice(0, 32));
  mkdirSync(folder, { recursive: true });
  const now = new Date();
  utimesSync(folder, now, now); // used: see removeUnusedParts
  return folder;
}

/** The role of an input in a manifest, such as "data/data/dataset.arrow". */
function roleOf(input: string): string {
  return input.split("/", 1)[0]!;
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** How far apart a file system's times and the clock may be, in milliseconds. */
const PRECISION = 2_000;

/**
 * Removes the parts that a finished stage has not used, and its work folder if that leaves it empty.
 * @param since when the stage started, in milliseconds since 1970
 */
export function removeUnusedParts(work: string, since: number): void {
  if (!existsSync(work)) return;
  const parts = readdirSync(work).map((name) => join(work, name));
  const unused = parts.filter((part) => statSync(part).mtimeMs < since - PRECISION);
  for (const part of unused) rmSync(part, { recursive: true, force: true });
  if (unused.length === parts.length) rmSync(work, { recursive: true, force: true });
}
