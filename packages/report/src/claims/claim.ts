/** Claims as data: what is asked, what is compared with what, and the rule that decides, all written before a run. */
import type { Interval } from "@ft/statistics";
import type { Results } from "../results.ts";
import type { SeedValues } from "../seed-values.ts";

/**
 * shown: the numbers satisfy the claim's rule, with its controls. not shown: they contradict it. inconclusive: they
 * allow both, or a control required by the rule was not measured.
 */
export type Verdict = "shown" | "not shown" | "inconclusive";

/** Rows of a table that values were computed from, by the run and checkpoint that they are of. */
export interface RowLink {
  table: string;
  plan: string;
  draw: number;
  seed: number;
  /** For changes, the later checkpoint. */
  step: number;
}

/** One comparison in numbers. Its values are differences paired by seed, or measures that are 0 under the null hypothesis. */
export interface Contrast extends SeedValues {
  /** What is compared, such as "circuit-lora minus lora-8". */
  name: string;
  /** Whether a contrast of this name in another experiment compares the same, so that the two can be pooled. @default true */
  comparable?: boolean;
  /** The method of planning that a plan is compared with, if it is known. */
  against?: string | null;
  /** Whether the rule is about it. Others are reported, and count in the family of tests. @default true */
  decides?: boolean;
  rows: readonly RowLink[];
}

/** What the values of a contrast say. Ends and tests are null with fewer than two seeds. */
export interface Estimate extends Interval {
  seeds: number;
  /** Examples that the interval is over as well as seeds; null if it is over seeds alone. */
  examples: number | null;
  /** Of the mean being 0, two-sided, after Holm's correction over the criterion's contrasts. */
  p: number | null;
  /** The smallest margin within which the mean is 0 by two one-sided tests at 5%. */
  equivalence: number | null;
  /** The effect that as many seeds (and examples) with this spread find with a power of 80%; null without spread. */
  detectable: number | null;
}

/** A bound on one number of an estimate. */
export interface Bound {
  of: "mean" | "low" | "high" | "p" | "equivalence";
  is: "above" | "at least" | "at most" | "below";
  value: number;
}

/** What the numbers of a contrast are: fractions that are shown as percentage points or as percent, or plain numbers. */
export type Unit = "points" | "percent" | "ratio" | "correlation" | "Jaccard";

export interface JudgedContrast extends Contrast {
  estimate: Estimate;
  verdict: Verdict;
  unit: Unit;
  /** The criterion's effects that the interval excludes, by name. */
  excludes: readonly string[];
}

/** One part of a claim's rule. */
export interface Criterion {
  /** What is compared and measured, and its unit. */
  measure: string;
  /** The measure in a few words, for overviews. @default measure */
  brief?: string;
  /** The unit of its contrasts. @default "points" */
  unit?: Unit;
  /** Effects of interest, such as the paper's: whether an interval excludes them is reported. */
  effects?: readonly { name: string; value: number }[];
  contrasts(results: Results): readonly Contrast[];
  /** The claim holds in this respect if every deciding contrast satisfies all of these; without contrasts it is open. */
  holds: readonly Bound[];
  /** It fails if some (or every) deciding contrast satisfies one of these, or, if "otherwise", does not hold. @default never */
  fails?: { contrasts: "some" | "every"; any: readonly Bound[] } | "otherwise";
  /** What would decide the contrasts that are open, as a noun phrase; none if the controls say so. */
  needs?(open: readonly JudgedContrast[], results: Results): string | undefined;
}

/** A measurement that rules out another explanation. */
export interface Control {
  name: string;
  /** What is missing, as a noun phrase; undefined if it was measured. */
  missing(results: Results): string | undefined;
}

export interface Claim {
  id: string;
  /** The statement that is judged. */
  claim: string;
  question: string;
  /** What the paper says (arXiv 2502.11812). */
  source: string;
  /** Whether the experiment is about it. */
  applies(results: Results): boolean;
  criteria: readonly Criterion[];
  /** Without these the claim cannot be shown. */
  controls: readonly Control[];
  /** Without these it cannot be judged either way. */
  preconditions?: readonly Control[];
  /** The numbers, in sentences; the criteria's contrasts are in their order. */
  evidence(results: Results, contrasts: readonly (readonly JudgedContrast[])[]): readonly string[];
}

/** The verdict on a claim, with the contrasts it was computed from. */
export interface Finding extends Pick<Claim, "id" | "claim" | "question" | "source"> {
  /** The rule, from the claim's criteria. */
  rule: string;
  verdict: Verdict;
  /** The numbers, in sentences. */
  evidence: readonly string[];
  /** Measurements that would decide an inconclusive claim, as noun phrases; empty if it is decided. */
  missing: readonly string[];
  contrasts: readonly (JudgedContrast & { measure: string })[];
}

/** A control whose measurement is a condition on the results. */
export function control(name: string, isMeasured: (results: Results) => boolean): Control {
  return { name, missing: (results) => (isMeasured(results) ? undefined : name) };
}

/** Margin over always giving the most common answer; a model within it does not do the task. */
export const CHANCE_MARGIN = 0.1;

/** "a, b and c". */
export function list(parts: readonly (string | number)[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** Links to the rows of a table. */
export function linksTo(
  table: string,
  rows: readonly { plan: string; draw: number; seed: number; step?: number; toStep?: number }[],
): RowLink[] {
  return rows.map(({ plan, draw, seed, step, toStep }) => ({
    table,
    plan,
    draw,
    seed,
    step: step ?? toStep ?? 0,
  }));
}

/** Links to rows of metrics.arrow and, if an interval is over examples too, to the runs' rows of answers.arrow. */
export function linksToResults(rows: Parameters<typeof linksTo>[1], { crossed }: SeedValues): RowLink[] {
  return [...linksTo("metrics", rows), ...(crossed ? linksTo("answers", rows) : [])];
}
