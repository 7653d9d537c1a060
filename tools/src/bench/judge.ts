/** What a measurement says about what was aimed at. */
import type { Report } from "./report.ts";
import { type Target, type TargetShape, targetShapes, targets } from "./targets.ts";

/** A target at one shape. */
export interface Verdict {
  shape: TargetShape;
  measured: number;
  /** The least or the most it may be. */
  wanted: number;
  met: boolean;
}

export interface JudgedTarget {
  target: Target;
  /** One a shape that has it and was measured, at least one. */
  verdicts: Verdict[];
}

/**
 * Judges every target that something was measured for.
 *
 * @param reports one a number of threads, fewest first: see combineReports
 */
export function judge(reports: readonly Report[]): JudgedTarget[] {
  return targets
    .map((target) => ({
      target,
      verdicts: targetShapes.flatMap((shape) => verdictAt(target, reports, shape)),
    }))
    .filter(({ verdicts }) => verdicts.length > 0);
}

function verdictAt(target: Target, reports: readonly Report[], shape: TargetShape): Verdict[] {
  const [measured, wanted] = [target.measure(reports, shape), target.wanted[shape]];
  if (measured === undefined || wanted === undefined) return [];
  const met = target.bound === "least" ? measured >= wanted : measured <= wanted;
  return [{ shape, measured, wanted, met }];
}
