/** What was measured on, and with. */
import type { Report } from "../report.ts";

/** @param reports one a number of threads */
export function machineLines(reports: readonly Report[]): string {
  const { machine, versions } = reports[0]!;
  const speeds = reports.flatMap(({ profiles }) => profiles.map(({ matrixSpeed }) => matrixSpeed / 1e9));
  const listed = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `- Machine: ${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB, ${machine.platform}`,
    ...(speeds.length > 0
      ? [
          `- Speed of large matrix products, which all ratios depend on: ${Math.min(...speeds).toFixed(0)} to ` +
            `${Math.max(...speeds).toFixed(0)} GFLOP/s a core`,
        ]
      : []),
    ...reports.map(threadsLine),
    `- Versions: ${listed.join(", ")}`,
  ].join("\n");
}

function threadsLine({ threads, pinned, machine, loadAfter }: Report): string {
  const held = pinned ? `, everybody held to the same ${threads === 1 ? "core" : "cores"}` : "";
  return `- Threads: ${threads}${held}; load average ${machine.load} as it began, ${loadAfter} as it ended`;
}
