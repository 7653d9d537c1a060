/** Whether rank limits accuracy in an experiment: if it does not, nothing can tell where rank belongs. */
import {
  circuitAwareRun,
  differencesOf,
  finalResults,
  finalRows,
  type MethodResults,
  uniformRanks,
  valuesOf,
} from "../comparison.ts";
import { asInterval, asPointInterval } from "../format.ts";
import type { Results } from "../results.ts";
import { describeCoverage, examplesOf, shareInterval } from "../seed-values.ts";
import { type Claim, linksToResults, list } from "./claim.ts";

/** The ranks whose accuracy must be known. */
const RANKS = [1, 2, 8, 32, "full"] as const;
const [SMALL, LARGE] = [2, 32];
/** The minimum gain of the large rank over the small one. */
const LEAST_GAIN = 0.02;

const nameOf = (rank: number | "full") => (rank === "full" ? "full fine-tuning" : `rank ${rank}`);

/** A plan of one rank with its results by seed. */
interface RankedPlan {
  method: string;
  seeds: MethodResults;
}

/** The trained plans that have one rank everywhere, by that rank; of several with the same rank the first. */
function resultsByRank(results: Results): Map<number | "full", RankedPlan> {
  const found = finalResults(results);
  const byRank = new Map<number | "full", RankedPlan>();
  for (const [method, rank] of uniformRanks(results.plans)) {
    const seeds = found.get(method);
    if (seeds && !byRank.has(rank)) byRank.set(rank, { method, seeds });
  }
  return byRank;
}

export const rankBinds: Claim = {
  id: "rank",
  claim: `Rank limits accuracy here: rank ${LARGE} answers at least ${100 * LEAST_GAIN} points more than rank ${SMALL}`,
  question: "Can this setting tell where rank belongs?",
  source: "Assumed by the paper, which gives LoRA rank where edges change.",
  applies: ({ plans }) => circuitAwareRun(plans) !== undefined,
  criteria: [
    {
      brief: "gain of the larger rank",
      measure: `Held-out exact match at rank ${LARGE} minus rank ${SMALL}, by seed`,
      effects: [
        { name: "no difference", value: 0 },
        { name: "2 points", value: LEAST_GAIN },
      ],
      contrasts(results) {
        const byRank = resultsByRank(results);
        const [small, large] = [byRank.get(SMALL), byRank.get(LARGE)];
        const gains = small && large && differencesOf(large.seeds, small.seeds);
        if (!gains || gains.values.length < 2) return [];
        const compared = finalRows(results).filter(
          ({ plan }) => plan === small!.method || plan === large!.method,
        );
        return [
          { name: `rank ${LARGE} minus rank ${SMALL}`, ...gains, rows: linksToResults(compared, gains) },
        ];
      },
      holds: [
        { of: "mean", is: "at least", value: LEAST_GAIN },
        { of: "low", is: "above", value: 0 },
      ],
      fails: "otherwise",
      needs(_, results) {
        const byRank = resultsByRank(results);
        const absent = RANKS.filter((rank) => !byRank.has(rank));
        return absent.length > 0
          ? `accuracy at ${list(absent.map(nameOf))}`
          : `at least two seeds shared by rank ${SMALL} and rank ${LARGE}`;
      },
    },
  ],
  controls: [],
  evidence(results, [contrasts]) {
    const size = (rank: number | "full") => (rank === "full" ? Number.POSITIVE_INFINITY : rank);
    const ranks = [...resultsByRank(results)]
      .map(([rank, { seeds }]) => ({ rank, own: valuesOf(seeds) }))
      .sort((a, b) => size(a.rank) - size(b.rank));
    const measured = ranks.map(({ rank, own }) => `${nameOf(rank)} ${asInterval(shareInterval(own))}`);
    const over = describeCoverage(
      ranks.map(({ own }) => ({ seeds: own.values.length, examples: examplesOf(own) })),
    );
    const [gain] = contrasts!;
    return [
      measured.length > 0
        ? `Held-out exact match of LoRA with the same rank everywhere, over ${over}: ${list(measured)}.`
        : "No LoRA plan has the same rank everywhere.",
      ...(gain ? [`Rank ${LARGE} minus rank ${SMALL}: ${asPointInterval(gain.estimate)}.`] : []),
      ...(gain?.verdict === "not shown"
        ? ["Rank does not bind here: this setting cannot tell where rank belongs."]
        : []),
    ];
  },
};
