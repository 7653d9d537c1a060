import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { counted } from "../text/format-number.ts";
import type { Provenance } from "./manifest.ts";

/** A provenance with the library versions filled in; omitted parts are empty. */
export function createProvenance(known: Partial<Provenance> = {}): Provenance {
  return {
    producer: null,
    runs: null,
    inputs: {},
    config: {},
    seed: null,
    code: null,
    backend: null,
    ...known,
    versions: { node: process.versions.node, "apache-arrow": arrowVersion(), ...known.versions },
  };
}

/** A backend in words: "native (tensorflow 2.21.0, cpu, 1 thread)"; "none" if a file was made without one. */
export function describeBackend(backend: Provenance["backend"]): string {
  if (!backend) return "none";
  const { name, library, device, threads } = backend;
  return `${name} (${library}, ${device}, ${counted(threads, "thread")})`;
}

function arrowVersion(): string {
  const entry = createRequire(import.meta.url).resolve("apache-arrow");
  return JSON.parse(readFileSync(join(dirname(entry), "package.json"), "utf8")).version;
}

/**
 * Provenance of results that were computed in other batches than the configuration asks for, since memory was limited: they
 * differ by rounding.
 *
 * @param batches what was changed; undefined if nothing was
 */
export function withBatches(provenance: Provenance, batches: object | undefined): Provenance {
  if (batches === undefined) return provenance;
  const config = { ...(provenance.config as object), batches: { ...batches } };
  return { ...provenance, config };
}
