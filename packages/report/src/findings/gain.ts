/** Whether ranks that follow edge change reach a higher accuracy, one finding per compared method. */
import type { SummaryRow } from "@ft/artifacts";
import { differences, holm, type Interval, meanInterval, pairedTest } from "@ft/statistics";
import { circuitAwareRun, finalAccuracies, summarize } from "../comparison.ts";
import { asPercent, asPointInterval, asPoints } from "../format.ts";
import { edgeRates } from "../learning-rate-edges.ts";
import type { Finding, FindingMaker } from "./finding.ts";
import { judgeRank } from "./rank.ts";

/** The paper's gain of CircuitLoRA over LoRA: the effect that an interval should include or exclude. */
const PAPER_GAIN = 0.0246;
/** Differences within a point either way count as none. */
const EQUIVALENCE_MARGIN = 0.01;
/** Family-wise error rate over all comparisons. */
const LEVEL = 0.05;

/**
 * Shown if rank limits accuracy here and the gain is above 0 after Holm's correction; not shown if it is at most 0, or within
 * a point of it.
 */
export const gains: FindingMaker = (results) => {
  const reference = circuitAwareRun(results.plans);
  const rows = summarize(results);
  const own = rows.find(({ method }) => method === reference);
  if (!own) return [];
  const accuracies = finalAccuracies(results);
  const compared = rows
    .filter((row) => row !== own)
    .map((row) => ({ row, gains: differences(accuracies.get(own.method)!, accuracies.get(row.method)!) }))
    .filter(({ gains }) => gains.length > 0);
  const tested = compared.filter(({ gains }) => gains.length > 1);
  const adjusted = holm(tested.map(({ gains }) => pairedTest(gains)));
  const rank = judgeRank(results);
  return compared.map(({ row, gains }): Finding => {
    const test = tested.findIndex((other) => other.row === row);
    const interval = meanInterval(gains);
    const equal = test >= 0 && isEquivalent(gains);
    const p = adjusted[test];
    const notes = [
      ...(equal ? ["The two are equal within 1 point (90% interval)."] : []),
      ...(p === undefined
        ? []
        : [`p = ${p.toPrecision(2)} after Holm's correction over ${tested.length} comparisons.`]),
      ...edgeRates(results.learningRates)
        .filter(({ plan }) => plan === own.method || plan === row.method)
        .map(
          ({ plan, rate, end }) =>
            `The learning rate of ${plan}, ${rate}, is the ${end} tried: a better one may be outside the grid.`,
        ),
    ];
    return {
      claim: `${own.method} (${ratio(own)} of parameters) answers more than ${row.method} (${ratio(row)})`,
      evidence: [comparison(own, row, gains.length, interval), ...notes].join(" "),
      ...judge(interval, equal, p, rank),
    };
  });
};

/** @param p adjusted for the family; undefined with one seed */
function judge(
  { mean, low, high }: Interval,
  equal: boolean,
  p: number | undefined,
  rank: Finding,
): Pick<Finding, "verdict" | "missing"> {
  const inconclusive = (...missing: string[]) => ({ verdict: "inconclusive" as const, missing });
  const undecided = p !== undefined && low! <= 0 && high! >= 0 && !equal;
  const seeds = [
    ...(p === undefined ? ["at least two seeds shared by both methods"] : []),
    ...(undecided ? ["more seeds or examples: the interval includes no difference"] : []),
  ];
  if (rank.verdict !== "shown") {
    const setting =
      rank.verdict === "not shown"
        ? ["a setting where rank limits accuracy"]
        : [`whether rank limits accuracy here: ${rank.missing.join("; ")}`];
    return inconclusive(...setting, ...seeds);
  }
  if (p === undefined) return inconclusive(...seeds);
  if (high! <= 0 || equal) return { verdict: "not shown", missing: [] };
  if (mean > 0 && p < LEVEL) return { verdict: "shown", missing: [] };
  return inconclusive(seeds[0] ?? "more seeds or examples: the gain does not survive Holm's correction");
}

/** Whether two one-sided tests at 5% find the difference within the margin: the 90% interval is inside it. */
function isEquivalent(gains: readonly number[]): boolean {
  const { low, high } = meanInterval(gains, 0.9);
  return low! > -EQUIVALENCE_MARGIN && high! < EQUIVALENCE_MARGIN;
}

function comparison(own: SummaryRow, row: SummaryRow, seeds: number, interval: Interval): string {
  const means = `${asPercent(own.meanAccuracy)} against ${asPercent(row.meanAccuracy)}`;
  if (interval.high === null) return `${means}: one shared seed has no interval.`;
  const paper = `the paper's gain of ${asPoints(PAPER_GAIN)} points`;
  const excluded = interval.high < PAPER_GAIN || interval.low! > PAPER_GAIN;
  return `${means}: ${asPointInterval(interval)} over ${seeds} shared seeds, which ${excluded ? "excludes" : "includes"} ${paper}.`;
}

function ratio({ parameterRatio }: SummaryRow): string {
  return `${(100 * parameterRatio).toFixed(2)}%`;
}
