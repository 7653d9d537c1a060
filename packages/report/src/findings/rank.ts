/** Whether rank limits accuracy in an experiment: if it does not, nothing can tell where rank belongs. */

import { differences, meanInterval } from "@ft/statistics";
import { circuitAwareRun, finalAccuracies, uniformRanks } from "../comparison.ts";
import { asInterval, asPointInterval } from "../format.ts";
import type { Results } from "../results.ts";
import { type Finding, type FindingMaker, list } from "./finding.ts";

/** The ranks whose accuracy must be known. */
const RANKS = [1, 2, 8, 32, "full"] as const;
const [SMALL, LARGE] = [2, 32];
/** The minimum gain of the large rank over the small one. */
const LEAST_GAIN = 0.02;

/** The finding of an experiment that compares ranks by circuit with others. */
export const rankBinds: FindingMaker = (results) =>
  circuitAwareRun(results.plans) === undefined ? [] : [judgeRank(results)];

/**
 * Shown if the large rank answers at least {@link LEAST_GAIN} more than the small one and the interval excludes 0; inconclusive
 * without two seeds shared by both.
 */
export function judgeRank(results: Results): Finding {
  const accuracies = finalAccuracies(results);
  const byRank = new Map(
    [...uniformRanks(results.plans)].flatMap(([method, rank]) => {
      const seeds = accuracies.get(method);
      return seeds ? [[rank, seeds] as const] : [];
    }),
  );
  const measured = [...byRank].map(
    ([rank, seeds]) =>
      `${rank === "full" ? "full fine-tuning" : `rank ${rank}`} ${asInterval(meanInterval([...seeds.values()]))}`,
  );
  const [small, large] = [byRank.get(SMALL), byRank.get(LARGE)];
  const gains = small && large ? differences(large, small) : [];
  const gain = gains.length > 1 ? meanInterval(gains) : undefined;
  const binds = gain !== undefined && gain.mean >= LEAST_GAIN && gain.low! > 0;
  const absent = RANKS.filter((rank) => !byRank.has(rank));
  const missing =
    absent.length > 0
      ? [`accuracy at ${list(absent.map((rank) => (rank === "full" ? "full fine-tuning" : `rank ${rank}`)))}`]
      : [`at least two seeds shared by rank ${SMALL} and rank ${LARGE}`];
  return {
    claim: `Rank limits accuracy here: rank ${LARGE} answers at least ${100 * LEAST_GAIN} points more than rank ${SMALL}`,
    verdict: gain === undefined ? "inconclusive" : binds ? "shown" : "not shown",
    evidence: [
      measured.length > 0
        ? `Held-out exact match with the same rank everywhere: ${list(measured)}.`
        : "No method has the same rank everywhere.",
      ...(gain ? [`Rank ${LARGE} minus rank ${SMALL}: ${asPointInterval(gain)}.`] : []),
      ...(gain && !binds ? ["Rank does not bind here: this setting cannot tell where rank belongs."] : []),
    ].join(" "),
    missing: gain === undefined ? missing : [],
  };
}
