/** What was aimed at, beside what was measured. */
import { percent, times } from "../format.ts";
import { judge, type Verdict } from "../judge.ts";
import type { Report } from "../report.ts";
import { type Target, targetShapes } from "../targets.ts";
import { markdownTable } from "./markdown-table.ts";

/** @param reports one a number of threads, fewest first */
export function targetsSection(reports: readonly Report[]): string {
  const judged = judge(reports);
  const all = judged.flatMap(({ verdicts }) => verdicts);
  const rows = judged.map(({ target, verdicts }) => [
    target.title,
    ...targetShapes.map((shape) => {
      const verdict = verdicts.find((one) => one.shape === shape);
      return verdict ? cell(target, verdict) : "";
    }),
  ]);
  return [
    "## Targets",
    `${all.filter(({ met }) => met).length} of the ${all.length} that were measured are met. Times are of CPU time.`,
    markdownTable(["target", ...targetShapes], rows, 1),
  ].join("\n\n");
}

function cell({ bound, unit }: Target, { measured, wanted, met }: Verdict): string {
  const written = unit === "times" ? times : percent;
  return `${met ? "met" : "**missed**"}: ${written(measured)} (at ${bound} ${written(wanted)})`;
}
