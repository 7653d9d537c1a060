import { asNumber, asPercent, type ExhibitMaker } from "./exhibit.ts";

/** Which learning rates were tried, and which was chosen on the validation split. */
export const learningRates: ExhibitMaker = ({ learningRates }) => {
  if (learningRates.length === 0) return undefined;
  return {
    id: "learning-rates",
    title: "How learning rates were chosen",
    caption:
      "Each method tried these rates once and took the one with the best exact match on the validation split, which is part of neither the training nor the held-out examples.",
    columns: [
      { name: "run" },
      { name: "seed" },
      { name: "learning rate", format: (value) => value.toExponential(1) },
      { name: "validation accuracy", format: asPercent },
      { name: "validation loss", format: asNumber },
      { name: "chosen" },
    ],
    rows: learningRates.map((row) => [
      row.run,
      row.seed,
      row.learningRate,
      row.validationAccuracy,
      row.validationLoss,
      row.chosen,
    ]),
  };
};
