/** What could not be measured, and why. */
import { contenders } from "../contenders.ts";
import { jobs } from "../jobs.ts";
import type { Report } from "../report.ts";

export function refusalsSection({ failures }: Report): string {
  const lines = failures.map(
    ({ job, shape, contender, problem }) =>
      `- ${jobs[job].title}, ${shape}: ${contenders[contender].title} could not: ${problem.split("\n")[0]}`,
  );
  return `## Not measured\n\n${lines.join("\n")}`;
}
