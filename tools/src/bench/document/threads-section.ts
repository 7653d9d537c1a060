/** Whether ratios hold with more threads. */
import { type Change, compareThreads } from "../compare-threads.ts";
import { contenders } from "../contenders.ts";
import { percent, times } from "../format.ts";
import { jobs } from "../jobs.ts";
import type { Report } from "../report.ts";
import { THREADS_APART } from "../targets.ts";
import { markdownTable } from "./markdown-table.ts";

export function threadsSection(fewer: Report, more: Report): string {
  const columns = (change: Change) => [times(change.fewer), times(change.more), signedPercent(change)];
  const rows = compareThreads(fewer, more).map(({ job, shape, contender, cpu, wall }) => [
    jobs[job].title,
    shape,
    contenders[contender].title,
    ...columns(cpu),
    ...columns(wall),
  ]);
  const [few, many] = [`${fewer.threads} thread${fewer.threads === 1 ? "" : "s"}`, `${more.threads} threads`];
  const head = ["job", "shape", "who", `CPU, ${few}`, many, "apart", `wall, ${few}`, many, "apart"];
  return [
    `## With ${many}`,
    `How many times our time others take with ${few} and with ${many}. No ratio should be more than ` +
      `${percent(THREADS_APART)} lower.`,
    markdownTable(head, rows, 3),
  ].join("\n\n");
}

function signedPercent({ change }: Change): string {
  return `${change < 1 ? "-" : "+"}${percent(Math.abs(change - 1))}`;
}
