import { finalRows } from "../../comparison.ts";
import { edgeRates } from "../../learning-rate-edges.ts";
import type { FinishedExperiment } from "../read-experiments.ts";
import { bySeed } from "./accuracy.ts";
import {
  distinct,
  NOT_RUN,
  type PaperExhibitMaker,
  percentCell,
  percentText,
  textColumns,
} from "./paper-exhibit.ts";

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
      .map(({ kind, examples, accuracy }) => ({ task: name, kind, plan, draw, seed, examples, accuracy })),
  );
}

/** Accuracy by kind of example, next to answers without a model. */
export const kinds: PaperExhibitMaker = (experiments) => {
  const points = experiments.flatMap(pointsOf);
  const plans = distinct(points.map(({ plan }) => plan));
  const rows = experiments.flatMap(({ name, results }) =>
    [...results.baselinesByKind].map(([kind, { asked, majority, nearest }]) => [
      ...[name, kind, `${asked}`, percentText(majority), percentText(nearest)],
      ...plans.map((plan) =>
        percentCell(
          bySeed(points.filter((point) => point.task === name && point.kind === kind && point.plan === plan)),
        ),
      ),
    ]),
  );
  if (rows.length === 0) return undefined;
  return {
    id: "kinds",
    title: "Accuracy by kind of example",
    caption:
      "Held-out exact match after training in percent, by kind of example, mean and 95% interval over seeds, and their number; next to the accuracy of always giving the kind's most common answer, and that of the nearest training prompt.",
    claims: ["improvement", "gain"],
    layout: {
      columns: textColumns("task", "kind", "examples", "most common answer", "nearest prompt", ...plans),
      rows,
    },
    points,
  };
};

/** Learning rates chosen at an edge of their grid: a better one may be outside. */
export const rateEdges: PaperExhibitMaker = (experiments) => {
  const points = experiments.flatMap(({ name, results }) =>
    edgeRates(results.learningRates).map(({ adapter, rate, end }) => ({ task: name, adapter, rate, end })),
  );
  const rows = experiments.map(({ name, results }) => {
    const own = points.filter(({ task }) => task === name);
    if (results.learningRates.length === 0) return [name, NOT_RUN];
    return [
      name,
      own.length > 0
        ? own.map(({ adapter, rate, end }) => `${adapter}: ${rate}, the ${end}`).join("; ")
        : "none",
    ];
  });
  return {
    id: "rate-edges",
    title: "Learning rates at an edge of their grid",
    caption:
      "Adapters whose learning rate, chosen by the validation loss, is the lowest or highest of those tried: a better one may be outside of the grid.",
    claims: ["gain"],
    layout: { columns: textColumns("task", "rates at an edge"), rows },
    points,
  };
};
