import { uniformRanks } from "../../comparison.ts";
import { accuracyPoints, bySeed } from "./accuracy.ts";
import { distinct, NOT_RUN, type PaperExhibitMaker, percentCell, textColumns } from "./paper-exhibit.ts";

/** The ranks whose accuracy says whether rank limits it. */
const RANKS = [1, 2, 8, 32, "full"] as const;

/** Accuracy with the same rank everywhere: whether rank limits accuracy at all. */
export const rank: PaperExhibitMaker = (experiments, findings) => {
  const points = experiments.flatMap((experiment) => {
    const ranks = uniformRanks(experiment.results.plans);
    return accuracyPoints(experiment).flatMap((point) => {
      const rank = ranks.get(point.plan);
      return rank === undefined ? [] : [{ ...point, rank }];
    });
  });
  const found = findings.find(({ claim }) => claim.id === "rank");
  const rows = experiments.map(({ name }) => {
    const own = points.filter(({ task }) => task === name);
    const cells = RANKS.map((rank) => {
      // Several plans may have one rank everywhere; the first is the comparison's.
      const [plan] = distinct(own.filter((point) => point.rank === rank).map((point) => point.plan));
      return percentCell(bySeed(own.filter((point) => point.plan === plan)));
    });
    const verdict = found?.tasks.find(({ experiment }) => experiment === name)?.finding.verdict;
    return [name, ...cells, verdict ?? NOT_RUN];
  });
  return {
    id: "rank",
    title: "Accuracy by rank",
    caption:
      "Held-out exact match in percent with the same rank in every linear, mean and 95% interval over seeds, and their number. Only where rank 32 beats rank 2 can a task show where rank belongs.",
    claims: ["rank"],
    layout: {
      columns: textColumns(
        "task",
        ...RANKS.map((rank) => (rank === "full" ? "full" : `r = ${rank}`)),
        "rank limits accuracy",
      ),
      rows,
    },
    points,
  };
};
