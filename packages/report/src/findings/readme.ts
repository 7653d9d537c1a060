/** The README's results: a table and a screen of findings between two marks, from the findings. */
import { UserError } from "@ft/artifacts";
import { greatest, max, mean, min } from "d3-array";
import { NOT_RUN } from "../cells.ts";
import type { Criterion, JudgedContrast } from "../claims/claim.ts";
import { decides } from "../claims/judge.ts";
import {
  baseRows,
  circuitAwareRun,
  differencesOf,
  finalResults,
  planMethods,
  valuesOf,
} from "../comparison.ts";
import { asInterval, asPercent, asPoints } from "../format.ts";
import { estimateText, unitFormats } from "../page/verdicts.tsx";
import { describeCoverage, examplesOf, intervalOf, type SeedValues, shareInterval } from "../seed-values.ts";
import { countVerdicts } from "./findings-page.tsx";
import type { ClaimFinding } from "./judge-tasks.ts";
import type { FinishedExperiment } from "./read-experiments.ts";
import type { Findings } from "./write-findings.ts";

export const README_START = "<!-- findings: `npx ft findings --readme` replaces this -->";
export const README_END = "<!-- /findings -->";

/** The Markdown between the marks: a table of experiments, and a line per claim. */
export function readmeBlock({ experiments, findings }: Pick<Findings, "experiments" | "findings">): string {
  const columns = ["experiment", "before", "same budget", "random layers", "CircuitLoRA", "minus budget"];
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rows = experiments.map(rowOf);
  return [
    `Held-out exact match before and after training, and CircuitLoRA minus LoRA with the same number of parameters, paired by seed, in points; means and 95% intervals over ${describeCoverage(rows.flatMap(({ coverage }) => coverage))}:`,
    "",
    row(columns),
    row(columns.map(() => "---")),
    ...rows.map(({ cells }) => row(cells)),
    "",
    `The paper's claims, each judged by a rule written before the runs${experiments.length > 1 ? ", over all experiments that measured its controls" : ""}:`,
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

/** An experiment's row, and what its intervals are over. */
function rowOf({ name, results }: FinishedExperiment) {
  const methods = planMethods(results.stages);
  const found = finalResults(results);
  const planned = (method: string) => [...found].find(([plan]) => methods.get(plan) === method)?.[1];
  const own = found.get(circuitAwareRun(results.plans) ?? "");
  const budget = planned("budget");
  const before = mean(baseRows(results), ({ heldOutAccuracy }) => heldOutAccuracy!);
  const gains = own && budget ? differencesOf(own, budget) : undefined;
  const shown = [budget, planned("random"), own].map((method) => method && valuesOf(method));
  const coverage = [...shown, gains].flatMap((values) =>
    values && values.values.length > 0 ? [{ seeds: values.values.length, examples: examplesOf(values) }] : [],
  );
  const cells = [
    name,
    before === undefined ? NOT_RUN : asPercent(before),
    ...shown.map((values) => (values ? asInterval(shareInterval(values)) : NOT_RUN)),
    gains && gains.values.length > 0 ? pointsText(gains) : NOT_RUN,
  ];
  return { cells, coverage };
}

/** "+0.48 (-1.15 to +2.11)", in points. */
function pointsText(of: SeedValues): string {
  const { low, high, ...estimate } = intervalOf(of);
  const ends = low === null ? "" : ` (${asPoints(low)} to ${asPoints(high!)})`;
  return `${asPoints(estimate.mean)}${ends}`;
}

/** Contrasts of a criterion that are named one by one; of more, the range of their means is given. */
const NAMED = 6;

/** "**Inconclusive** (inconclusive in 2 of 2 experiments): CLAIM. Measured: NUMBERS. Open: WHAT MOST LACK (in 2)." */
function findingLine(finding: ClaimFinding): string {
  const { claim, verdict, tasks, missing, usable } = finding;
  const counts = countVerdicts(finding);
  const name = `**${verdict[0]!.toUpperCase()}${verdict.slice(1)}**`;
  const numbers = claim.criteria.flatMap((criterion) => criterionText(criterion, finding) ?? []);
  const lacking = missing.filter(({ experiments }) => experiments.some((name) => usable.includes(name)));
  const most =
    verdict === "inconclusive" &&
    greatest(lacking.length > 0 ? lacking : missing, ({ experiments }) => experiments.length);
  return [
    `${name}${counts && ` (${counts})`}: ${claim.claim}.`,
    numbers.length > 0 ? `Measured: ${numbers.join("; ")}.` : tasks[0]!.finding.evidence[0],
    most ? `Open: ${most.part}${tasks.length > 1 ? ` (in ${most.experiments.length})` : ""}.` : undefined,
  ]
    .filter(Boolean)
    .join(" ");
}

/** A criterion's deciding contrasts in numbers: pooled over tasks or, if they cannot be, those of the experiments that decide. */
function criterionText(criterion: Criterion, { pooled, tasks, usable }: ClaimFinding): string | undefined {
  const { measure, brief = measure } = criterion;
  const isOwn = (contrast: JudgedContrast & { measure: string }) =>
    contrast.measure === measure && decides(contrast);
  const over = pooled.filter(isOwn);
  if (over.length > NAMED) {
    const counts = `${over.length} contrasts, pooled`;
    return rangeText(brief, over, counts);
  }
  if (over.length > 0)
    return over
      .map(
        ({ name, estimate, unit, tasks }) =>
          `${name} ${estimateText(estimate, unit)} over ${tasks.length} tasks`,
      )
      .join(", ");
  const deciding = tasks.filter(({ experiment }) => usable.length === 0 || usable.includes(experiment));
  const having = deciding.filter(({ finding }) => finding.contrasts.some(isOwn));
  const own = having.flatMap(({ finding }) => finding.contrasts.filter(isOwn));
  if (own.length === 0) return undefined;
  const isPlain = own.every(({ estimate }) => estimate.low === null);
  if (own.length > NAMED || (isPlain && having.length > 1)) {
    const over = having.length > 1 ? `${having.length} experiments` : `${own.length} contrasts`;
    return rangeText(brief, own, over);
  }
  return having
    .map(({ experiment, finding }) => {
      const named = finding.contrasts
        .filter(isOwn)
        .map(({ name, estimate, unit }) => `${name} ${estimateText(estimate, unit)}`);
      return `${named.join(", ")}${tasks.length > 1 ? ` in ${experiment}` : ""}`;
    })
    .join(", ");
}

/** "faithfulness at a checkpoint 61.2% to 98.0% over 12 experiments". */
function rangeText(brief: string, contrasts: readonly JudgedContrast[], over: string): string {
  const { unit } = contrasts[0]!;
  const { format, suffix } = unitFormats[unit];
  const means = contrasts.map(({ estimate }) => estimate.mean);
  const ends = [min(means)!, max(means)!].map(format);
  return `${brief} ${[...new Set(ends)].join(" to ")}${suffix} over ${over}`;
}
