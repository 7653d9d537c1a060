/** Whether rank limits accuracy in an experiment: if it does not, nothing can tell where rank belongs. */
import { differences, meanInterval } from "@ft/statistics";
import { circuitAwareRun, finalAccuracies, finalRows, uniformRanks } from "../comparison.ts";
import { asInterval, asPointInterval } from "../format.ts";
import type { Results } from "../results.ts";
import { type Claim, linksTo, list } from "./claim.ts";

/** The ranks whose accuracy must be known. */
const RANKS = [1, 2, 8, 32, "full"] as const;
const [SMALL, LARGE] = [2, 32];
/** The minimum gain of the large rank over the small one. */
const LEAST_GAIN = 0.02;

const nameOf = (rank: number | "full") => (rank === "full" ? "full fine-tuning" : `rank ${rank}`);

/** Accuracies by seed of the plans that have one rank everywhere, by that rank; of several the first, as others are controls. */
function accuraciesByRank(
  results: Results,
): Map<number | "full", { method: string; seeds: Map<number, number> }> {
  const accuracies = finalAccuracies(results);
  const byRank = new Map<number | "full", { method: string; seeds: Map<number, number> }>();
  for (const [method, rank] of uniformRanks(results.plans)) {
    const seeds = accuracies.get(method);
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
      measure: `Held-out exact match at rank ${LARGE} minus rank ${SMALL}, by seed`,
      effects: [
        { name: "no difference", value: 0 },
        { name: "2 points", value: LEAST_GAIN },
      ],
      contrasts(results) {
        const byRank = accuraciesByRank(results);
        const [small, large] = [byRank.get(SMALL), byRank.get(LARGE)];
        const gains = small && large ? differences(large.seeds, small.seeds) : [];
        if (gains.length < 2) return [];
        const compared = finalRows(results).filter(
          ({ plan }) => plan === small!.method || plan === large!.method,
        );
        return [
          { name: `rank ${LARGE} minus rank ${SMALL}`, values: gains, rows: linksTo("metrics", compared) },
        ];
      },
      holds: [
        { of: "mean", is: "at least", value: LEAST_GAIN },
        { of: "low", is: "above", value: 0 },
      ],
      fails: "otherwise",
      needs(_, results) {
        const byRank = accuraciesByRank(results);
        const absent = RANKS.filter((rank) => !byRank.has(rank));
        return absent.length > 0
          ? `accuracy at ${list(absent.map(nameOf))}`
          : `at least two seeds shared by rank ${SMALL} and rank ${LARGE}`;
      },
    },
  ],
  controls: [],
  evidence(results, [contrasts]) {
    const measured = [...accuraciesByRank(results)].map(
      ([rank, { seeds }]) => `${nameOf(rank)} ${asInterval(meanInterval([...seeds.values()]))}`,
    );
    const [gain] = contrasts!;
    return [
      measured.length > 0
        ? `Held-out exact match with the same rank everywhere: ${list(measured)}.`
        : "No method has the same rank everywhere.",
      ...(gain ? [`Rank ${LARGE} minus rank ${SMALL}: ${asPointInterval(gain.estimate)}.`] : []),
      ...(gain?.verdict === "not shown"
        ? ["Rank does not bind here: this setting cannot tell where rank belongs."]
        : []),
    ];
  },
};
