import { meanInterval } from "@ft/statistics";
import { group } from "d3-array";
import { countText, intervalText, NOT_RUN, percentCell, textColumns } from "../../cells.ts";
import { DIVERGENCE, overlapName, rankingRows } from "../../exhibits/patching.ts";
import { RANKED_SHARES } from "../../further-circuits.ts";
import { sameOnce } from "../../seed-values.ts";
import { type FinishedExperiment, withOwnCircuits } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

function pointsOf({ name, results }: FinishedExperiment) {
  return rankingRows(results).map((row) => ({ task: name, ...row }));
}

type PatchingPoint = ReturnType<typeof pointsOf>[number];

/** Whether attribution by gradients ranks edges as exact patching does, before and after training. */
export const patching: PaperExhibitMaker = (experiments) => {
  const points = withOwnCircuits(experiments).flatMap(pointsOf);
  const [first] = points;
  if (!first) return undefined;
  const rows = [...group(points, ({ task }) => task)].flatMap(([task, own]) => {
    const steps = [...group(own, ({ step }) => step)];
    return steps.map(([step, rows]) => [
      task,
      step === 0 ? "before" : `after ${step} updates`,
      ...cellsOf(rows),
    ]);
  });
  const examples = first.examples === null ? "the same examples" : `the same ${first.examples} examples`;
  return {
    id: "patching",
    title: "Attribution against exact patching",
    caption: `Edges by ${first.method} next to exact patching of every edge on ${examples}, before and after training: Spearman's rank correlation of scores and of |score| over all edges; the percentage of the strongest edges by exact patching that are among as many by ${first.method}, and the edge Jaccard of the pruned circuits; faithfulness of the circuits by exact patching, and by ${first.method} on all examples. ${DIVERGENCE} Means with 95% intervals over runs; the base model is the same in all runs, so it counts once.`,
    claims: ["faithful"],
    layout: {
      columns: textColumns(
        ...["task", "model", "rank correlation", "of |score|"],
        ...RANKED_SHARES.map((share) => `strongest ${100 * share}%`),
        ...["edge Jaccard", "faithfulness, exact", `faithfulness, ${first.method}`],
      ),
      rows,
    },
    points,
  };
};

/** One checkpoint's runs in cells. */
function cellsOf(rows: readonly PatchingPoint[]): string[] {
  const valuesOf = (name: string) => {
    const values = rows.flatMap((row) => (row as Record<string, unknown>)[name] ?? []) as number[];
    return rows[0]!.step === 0 ? sameOnce(values) : values;
  };
  const plain = (name: string) => {
    const values = valuesOf(name);
    if (values.length === 0) return NOT_RUN;
    return `${intervalText(meanInterval(values), (value) => value.toFixed(2))}, ${countText(values.length)}`;
  };
  return [
    ...[plain("correlation"), plain("sizeCorrelation")],
    ...RANKED_SHARES.map((share) => percentCell(valuesOf(overlapName(share)))),
    plain("edgeJaccard"),
    ...[percentCell(valuesOf("exactFaithfulness")), percentCell(valuesOf("methodFaithfulness"))],
  ];
}
