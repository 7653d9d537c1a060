/** Several measurements on one machine as one for each number of threads. */
import type { ContenderName } from "./contenders.ts";
import { collectVersions, type Report } from "./report.ts";

/**
 * Puts measurements of the same number of threads together: the last date, the highest load, and where several have
 * measured the same thing, the last of them.
 *
 * @param reports at least one
 * @returns one a number of threads, fewest first
 */
export function combineReports(reports: readonly Report[]): Report[] {
  const threads = [...new Set(reports.map((report) => report.threads))].sort((a, b) => a - b);
  return threads.map((count) => combine(reports.filter((report) => report.threads === count)));
}

function combine(reports: readonly Report[]): Report {
  const first = reports[0]!;
  const results = lastOf(reports.flatMap((report) => report.results));
  return {
    ...Object.assign({}, ...reports),
    date: reports
      .map(({ date }) => date)
      .sort()
      .at(-1)!,
    machine: { ...first.machine, load: Math.max(...reports.map(({ machine }) => machine.load)) },
    pinned: reports.every(({ pinned }) => pinned),
    loadAfter: Math.max(...reports.map(({ loadAfter }) => loadAfter)),
    versions: collectVersions(results),
    results,
    failures: lastOf(reports.flatMap((report) => report.failures)).filter(
      (failure) => !results.some((result) => key(result) === key(failure)),
    ),
    profiles: lastOf(reports.flatMap((report) => report.profiles)),
  };
}

interface Measured {
  job: string;
  shape: string;
  contender?: ContenderName;
}

/** Without what was measured again later. */
function lastOf<T extends Measured>(measured: readonly T[]): T[] {
  return [...new Map(measured.map((one) => [key(one), one])).values()];
}

function key({ job, shape, contender }: Measured): string {
  return `${job} ${shape} ${contender}`;
}
