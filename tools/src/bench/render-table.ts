/** A job's results for a terminal. */
import Table from "cli-table3";
import { cells, headings } from "./cells.ts";
import type { Comparison } from "./compare.ts";
import { contenders } from "./contenders.ts";
import type { Job } from "./jobs.ts";

export function renderTable(job: Job, { results, failures }: Comparison): string {
  const table = new Table({
    head: headings(job),
    colAligns: headings(job).map((_, column) => (column < 2 ? "left" : "right")),
    style: { head: [], border: [] },
  });
  for (const result of results) table.push(cells(result));
  const problems = failures.map(
    ({ shape, contender, problem }) => `${contenders[contender].title} at ${shape}: ${problem}`,
  );
  return [job.title, table.toString(), ...problems].join("\n");
}
