import { mean } from "@ft/statistics";
import { group, least } from "d3-array";
import { distinct, textColumns } from "../../cells.ts";
import { edgeRates } from "../../learning-rate-edges.ts";
import type { FinishedExperiment } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

/** The rates that were tried for an adapter, and the experiments that use the choice. */
interface Choice {
  adapter: string;
  rows: FinishedExperiment["results"]["learningRates"];
  tasks: string[];
}

/** Choices of learning rates; one that several experiments use is one. */
function choicesOf(experiments: readonly FinishedExperiment[]): Choice[] {
  const found = new Map<string, Choice>();
  for (const { name, results } of experiments) {
    for (const [adapter, rows] of group(results.learningRates, (row) => row.adapter)) {
      const key = JSON.stringify(rows);
      const known = found.get(key);
      if (known) known.tasks.push(name);
      else found.set(key, { adapter, rows, tasks: [name] });
    }
  }
  return [...found.values()];
}

/** Every rate with its mean loss over the seeds that tried it, by rate. */
function lossesOf(rows: Choice["rows"]) {
  return [...group(rows, ({ learningRate }) => learningRate)]
    .map(([rate, own]) => ({ rate, loss: mean(own.map(({ validationLoss }) => validationLoss)) }))
    .sort((a, b) => a.rate - b.rate);
}

/** The learning rates tried and chosen, and choices at an edge of their grid: a better one may be outside. */
export const rates: PaperExhibitMaker = (experiments) => {
  const choices = choicesOf(experiments);
  if (choices.length === 0) return undefined;
  const rows = choices.map(({ adapter, rows, tasks }) => {
    const losses = lossesOf(rows);
    const chosen = losses.find(({ rate }) => rows.some((row) => row.chosen && row.learningRate === rate))!;
    const next = least(
      losses.filter((one) => one !== chosen),
      ({ loss }) => loss,
    );
    const ends = edgeRates(rows).map(({ end }) => `the ${end}`);
    return [
      adapter,
      `${chosen.rate}`,
      losses.length > 1 ? losses.map(({ rate }) => rate).join(", ") : "given",
      `${distinct(rows.map(({ seed }) => seed)).length}`,
      chosen.loss.toFixed(3),
      next ? `${next.loss.toFixed(3)} (${next.rate})` : "",
      distinct(ends).join(", ") || "no",
      tasks.length > 1 ? `${tasks.length} experiments` : tasks[0]!,
    ];
  });
  return {
    id: "rates",
    title: "Choice of learning rates",
    caption:
      "The learning rate of every kind and rank of adapter, chosen by the lowest mean loss on the validation split (nats) over seeds of which nothing else is reported, and the next best one tried. Where the choice is at an edge of the rates tried, a better one may be outside.",
    claims: ["gain", "rank"],
    layout: {
      columns: textColumns(
        ...["adapter", "chosen", "tried", "seeds", "loss", "next best (rate)", "at an edge", "used by"],
      ),
      rows,
    },
    points: choices.flatMap(({ adapter, rows, tasks }) =>
      rows.map(({ plan, draw, seed, learningRate, validationLoss, validationAccuracy, chosen }) => ({
        ...{ adapter, plan, draw, seed, learningRate, validationLoss, validationAccuracy, chosen },
        usedBy: tasks.join(" "),
      })),
    ),
  };
};
