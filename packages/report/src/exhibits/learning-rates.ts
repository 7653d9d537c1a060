import { asNumber, asPercent } from "../format.ts";
import { edgeRates } from "../learning-rate-edges.ts";
import type { ExhibitMaker } from "./exhibit.ts";

/** The learning rates tried, and the one chosen on the validation split. */
export const learningRates: ExhibitMaker = ({ learningRates }) => {
  if (learningRates.length === 0) return undefined;
  const edges = edgeRates(learningRates);
  const flags = edges.map(({ adapter, rate, end }) => `${adapter}: ${rate}, the ${end}`);
  return {
    id: "learning-rates",
    title: "Choice of learning rates",
    caption: `Each kind and rank of adapter was trained with these rates, once per seed, and its plans use the rate with the lowest mean loss on the validation split, which is separate from the training and the held-out examples.${flags.length > 0 ? ` Chosen at an edge of the rates tried, beyond which there may be a better one: ${flags.join("; ")}.` : ""}`,
    columns: [
      { name: "adapter" },
      { name: "plan" },
      { name: "draw" },
      { name: "seed" },
      { name: "learningRate", format: (value) => value.toExponential(1) },
      { name: "validationAccuracy", format: asPercent },
      { name: "validationLoss", format: asNumber },
      { name: "chosen" },
      { name: "atEdge", label: "at an edge of the grid" },
    ],
    rows: learningRates.map((row) => [
      row.adapter,
      row.plan,
      row.draw,
      row.seed,
      row.learningRate,
      row.validationAccuracy,
      row.validationLoss,
      row.chosen,
      row.chosen && edges.some(({ adapter, rate }) => adapter === row.adapter && rate === row.learningRate),
    ]),
  };
};
