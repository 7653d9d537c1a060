/** What a run says about one of the paper's claims. */
import type { Results } from "../results.ts";

/**
 * shown: the numbers satisfy the claim's rule, with its controls. not shown: they contradict it. inconclusive: they
 * allow both, or a control that the rule asks for was not measured.
 */
export type Verdict = "shown" | "not shown" | "inconclusive";

export interface Finding {
  claim: string;
  verdict: Verdict;
  /** The numbers, in sentences. */
  evidence: string;
  /** What would decide an inconclusive claim, each a noun phrase; empty if it is decided. */
  missing: readonly string[];
}

/** Judges the claims of one kind that an experiment has numbers for. */
export type FindingMaker = (results: Results) => Finding[];

/** Accuracy above that of always giving the most common answer, up to which a model does not do the task. */
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
