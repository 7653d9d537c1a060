/** A measurement with all that is needed to judge it. */
import type { Failure, Result } from "./compare.ts";
import type { Machine } from "./machine.ts";

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

/** Several measurements of different jobs on one machine as one, at least one: the last date, the highest load. */
export function combineReports(reports: readonly Report[]): Report {
  const first = reports[0]!;
  const results = reports.flatMap((report) => report.results);
  return {
    ...first,
    date: reports
      .map(({ date }) => date)
      .sort()
      .at(-1)!,
    machine: { ...first.machine, load: Math.max(...reports.map(({ machine }) => machine.load)) },
    pinned: reports.every(({ pinned }) => pinned),
    loadAfter: Math.max(...reports.map(({ loadAfter }) => loadAfter)),
    versions: collectVersions(results),
    results,
    failures: reports.flatMap((report) => report.failures),
  };
}
