import { NOT_RUN, textColumns } from "../../cells.ts";
import { uniformRanks } from "../../comparison.ts";
import { tasksOf } from "../read-experiments.ts";
import { accuracyCell, accuracyPoints } from "./accuracy.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

/** The ranks whose accuracy says whether rank limits it. */
const RANKS = [1, 2, 8, 32, "full"] as const;

/** Accuracy with the same rank everywhere: whether rank limits accuracy at all. */
export const rank: PaperExhibitMaker = (all, findings) => {
  const tasks = tasksOf(all);
  const experiments = all.filter(({ name }) => tasks.get(name) === name);
  const ranks = new Map(experiments.map(({ name, results }) => [name, uniformRanks(results.plans)]));
  const points = accuracyPoints(experiments).flatMap((point) => {
    const rank = ranks.get(point.task)!.get(point.plan);
    return rank === undefined ? [] : [{ ...point, rank }];
  });
  const found = findings.find(({ claim }) => claim.id === "rank");
  const rows = experiments.map(({ name }) => {
    const own = points.filter(({ task }) => task === name);
    const cells = RANKS.map((rank) => {
      const ranked = own.filter((point) => point.rank === rank);
      // Several plans may have one rank everywhere; the first is the comparison's.
      return accuracyCell(ranked.filter(({ plan }) => plan === ranked[0]!.plan));
    });
    const verdict = found?.tasks.find(({ experiment }) => experiment === name)?.finding.verdict;
    return [name, ...cells, verdict ?? NOT_RUN];
  });
  return {
    id: "rank",
    title: "Accuracy by rank",
    caption:
      "Held-out exact match in percent with the same rank in every linear, mean and 95% interval over seeds and examples, and the number of seeds. Only where rank 32 beats rank 2 can a task show where rank belongs.",
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
