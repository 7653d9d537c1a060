/** A job's results. */
import { cells, headings } from "../cells.ts";
import type { Job } from "../jobs.ts";
import type { Report } from "../report.ts";
import { markdownTable } from "./markdown-table.ts";

export function jobSection(job: Job, { results }: Report): string {
  const rows = results.filter((result) => result.job === job.name).map(cells);
  return `## ${job.title}\n\n${markdownTable(headings(job), rows, 2)}`;
}
