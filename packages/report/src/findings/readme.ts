/** The README's results: a table and a screen of findings between two marks, from the findings. */
import { UserError } from "@ft/artifacts";
import { differences, mean, meanInterval } from "@ft/statistics";
import { decides } from "../claims/judge.ts";
import { baseRows, circuitAwareRun, finalAccuracies, planMethods } from "../comparison.ts";
import { asInterval, asPercent, asPoints } from "../format.ts";
import { estimateText } from "../page/verdicts.tsx";
import { intervalText, NOT_RUN } from "./exhibits/paper-exhibit.ts";
import { countVerdicts } from "./findings-page.tsx";
import type { ClaimFinding } from "./judge-tasks.ts";
import type { FinishedExperiment } from "./read-experiments.ts";
import type { Findings } from "./write-findings.ts";

export const README_START = "<!-- findings: `npx ft findings --readme` replaces this -->";
export const README_END = "<!-- /findings -->";

/** The Markdown between the marks: a table of tasks, and a line per claim. */
export function readmeBlock({ experiments, findings }: Pick<Findings, "experiments" | "findings">): string {
  const columns = ["task", "before", "same budget", "random layers", "CircuitLoRA", "minus budget", "seeds"];
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    "Held-out exact match, mean and 95% interval over seeds; the difference is paired by seed, in points:",
    "",
    row(columns),
    row(columns.map(() => "---")),
    ...experiments.map((experiment) => row(taskRow(experiment))),
    "",
    ...findings.map((finding) => `- ${findingLine(finding)}`),
  ].join("\n");
}

/**
 * A text with the part between the marks replaced.
 *
 * @param file the text's, for the error
 * @throws UserError if the marks are not there, once and in order
 */
export function replaceBlock(text: string, block: string, file: string): string {
  const [before, rest, ...more] = text.split(README_START);
  const [, after, ...further] = rest?.split(README_END) ?? [];
  if (after === undefined || more.length > 0 || further.length > 0) {
    throw new UserError("the file does not have the two marks around the findings, once and in order", {
      file,
      remedy: `put these lines where the findings belong: ${README_START} and ${README_END}`,
    });
  }
  return `${before}${README_START}\n\n${block}\n\n${README_END}${after}`;
}

function taskRow({ name, results }: FinishedExperiment): string[] {
  const methods = planMethods(results.stages);
  const accuracies = finalAccuracies(results);
  const planned = (method: string) => [...accuracies].find(([plan]) => methods.get(plan) === method)?.[1];
  const own = accuracies.get(circuitAwareRun(results.plans) ?? "");
  const budget = planned("budget");
  const before = baseRows(results).map(({ heldOutAccuracy }) => heldOutAccuracy!);
  const cell = (seeds: ReadonlyMap<number, number> | undefined) =>
    seeds ? asInterval(meanInterval([...seeds.values()])) : NOT_RUN;
  const gains = own && budget ? differences(own, budget) : [];
  return [
    name,
    before.length > 0 ? asPercent(mean(before)) : NOT_RUN,
    ...[budget, planned("random"), own].map(cell),
    gains.length > 0 ? intervalText(meanInterval(gains), asPoints) : NOT_RUN,
    `${own?.size ?? 0}`,
  ];
}

/** Pooled contrasts named per claim: the README is an overview. */
const NAMED = 3;

/** "**Inconclusive** (inconclusive in 2 of 2 experiments): CLAIM. NUMBERS." */
function findingLine(finding: ClaimFinding): string {
  const { claim, verdict, pooled, tasks } = finding;
  const deciding = pooled.filter(decides);
  const numbers = deciding.slice(0, NAMED).map(({ name, estimate, unit, tasks }) => {
    return `${name}: ${estimateText(estimate, unit)} over ${tasks.length} tasks`;
  });
  const [{ experiment, finding: first }] = tasks as [ClaimFinding["tasks"][number]];
  const said =
    numbers.length > 0 ? `${numbers.join("; ")}.` : `${experiment}: ${first.evidence[0] ?? first.verdict}`;
  const name = `${verdict[0]!.toUpperCase()}${verdict.slice(1)}`;
  return `**${name}** (${countVerdicts(finding)}): ${claim.claim}. ${said}`;
}
