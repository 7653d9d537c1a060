import { mean } from "@ft/statistics";
import { rollups } from "d3-array";
import { distinct, percentCell, percentText, textColumns } from "../../cells.ts";
import { finalRows } from "../../comparison.ts";
import { type FinishedExperiment, tasksOf } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

/** The accuracy of every run at its last checkpoint, by kind of held-out example. */
function pointsOf({ name, results }: FinishedExperiment) {
  return finalRows(results).flatMap(({ plan, draw, seed, step }) =>
    results.kinds
      .filter(
        (row) =>
          row.split === results.heldOut &&
          row.plan === plan &&
          row.draw === draw &&
          row.seed === seed &&
          row.step === step,
      )
      .map(({ kind, examples, accuracy }) => ({
        ...{ task: name, kind, plan, draw, seed, step, examples, accuracy },
      })),
  );
}

type KindPoint = ReturnType<typeof pointsOf>[number];

/** The accuracies of seeds; of several draws with one seed the mean. */
function bySeed(points: readonly KindPoint[]): number[] {
  return rollups(
    points,
    (draws) => mean(draws.map(({ accuracy }) => accuracy)),
    ({ seed }) => seed,
  ).map(([, accuracy]) => accuracy);
}

/** Accuracy by kind of example, next to answers without a model. */
export const kinds: PaperExhibitMaker = (all) => {
  const tasks = tasksOf(all);
  const experiments = all.filter(({ name }) => tasks.get(name) === name);
  const points = experiments.flatMap(pointsOf);
  // Plans of few tasks would make the table too wide to read.
  const plans = distinct(points.map(({ plan }) => plan)).filter((plan) => {
    const having = distinct(points.filter((point) => point.plan === plan).map(({ task }) => task));
    return having.length >= experiments.length / 2;
  });
  const rows = experiments.flatMap(({ name, results }) =>
    [...results.baselinesByKind].map(([kind, { asked, majority, nearest }]) => {
      const own = points.filter((point) => point.task === name && point.kind === kind);
      return [
        ...[name, kind, `${asked}`, percentText(majority), percentText(nearest)],
        ...plans.map((plan) => percentCell(bySeed(own.filter((point) => point.plan === plan)))),
      ];
    }),
  );
  if (rows.length === 0) return undefined;
  return {
    id: "kinds",
    title: "Accuracy by kind of example",
    caption:
      "Held-out exact match after training in percent, by kind of example, mean and 95% interval over seeds, and their number, of the plans of at least half of the tasks (the CSV has all); next to the accuracy of always giving the kind's most common answer, and that of the nearest training prompt.",
    claims: ["improvement", "gain"],
    layout: {
      columns: textColumns("task", "kind", "examples", "most common answer", "nearest prompt", ...plans),
      rows,
    },
    points,
  };
};
