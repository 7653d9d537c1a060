/** The verdict of an experiment on one of the paper's claims. */
import type { Results } from "../results.ts";

/**
 * shown: the numbers satisfy the claim's rule, with its controls. not shown: they contradict it. inconclusive: they
 * allow both, or a control required by the rule was not measured.
 */
export type Verdict = "shown" | "not shown" | "inconclusive";

export interface Finding {
  claim: string;
  verdict: Verdict;
  /** The numbers, in sentences. */
  evidence: string;
  /** Measurements that would decide an inconclusive claim, as noun phrases; empty if it is decided. */
  missing: readonly string[];
}

/** Judges those claims of one kind for which the experiment has data. */
export type FindingMaker = (results: Results) => Finding[];

/** Margin over always giving the most common answer; a model within it does not do the task. */
export const CHANCE_MARGIN = 0.1;

/** "a, b and c". */
export function list(parts: readonly (string | number)[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** The mean of at least one value. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
