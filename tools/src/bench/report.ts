/** A measurement with all that is needed to judge it. */
import { mkdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname } from "node:path";
import { UserError, writeFileAtomic } from "@ft/artifacts";
import type { Bench } from "./bench.ts";
import type { Failure, Result } from "./compare.ts";
import type { Growth } from "./growth/measure-growth.ts";
import { describeMachine, type Machine } from "./machine.ts";
import type { Pipeline } from "./pipeline/measure-pipeline.ts";
import type { Profile } from "./profile.ts";

export interface Report {
  /** YYYY-MM-DD. */
  date: string;
  machine: Machine;
  threads: number;
  /** Whether every worker was held to the same cores. */
  pinned: boolean;
  /** Load when it ended; see Machine. */
  loadAfter: number;
  /** Of everything that took part. */
  versions: Record<string, string>;
  results: Result[];
  failures: Failure[];
  /** Of our side, in runs of their own. */
  profiles: Profile[];
  /** Of a whole experiment, where it was measured. */
  pipeline?: Pipeline;
  /** How costs grow, where it was measured. */
  growth?: Growth;
}

/** A measurement that begins now. */
export function emptyReport({ threads, pinning }: Bench): Report {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    threads,
    pinned: pinning.length > 0,
    loadAfter: 0,
    versions: {},
    results: [],
    failures: [],
    profiles: [],
  };
}

/** A measurement as it is now, with the load there is. */
export function closeReport(report: Report): Report {
  const loadAfter = Math.round(10 * loadavg()[0]!) / 10;
  return { ...report, loadAfter, versions: collectVersions(report.results) };
}

/** Writes a measurement as JSON; missing folders are made. */
export function writeReport(file: string, report: Report): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileAtomic(file, `${JSON.stringify(report, null, 2)}\n`);
}

/** @throws UserError where there is no such file, or it is none of ours */
export function readReport(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch (error) {
    throw new UserError("the results cannot be read", { file, remedy: (error as Error).message });
  }
}

/** Every version that took part, sorted by name; the backend is told apart by contender in the results. */
export function collectVersions(results: readonly Result[]): Record<string, string> {
  const all = new Map<string, string>();
  for (const { versions, contender } of results) {
    for (const [name, version] of Object.entries(versions)) {
      if (name === "backend") continue;
      all.set(
        name === "library" ? (contender === "wasm" ? "wasm backend" : "native backend") : name,
        version,
      );
    }
  }
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
