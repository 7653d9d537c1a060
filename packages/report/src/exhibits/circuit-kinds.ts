import { group } from "d3-array";
import { asPercent } from "../format.ts";
import { mainFraction } from "./circuits.ts";
import type { ExhibitMaker } from "./exhibit.ts";

/** Faithfulness and accuracy of the circuit by kind of example, at the first and the last checkpoint of each run. */
export const circuitKinds: ExhibitMaker = ({ circuits, circuitsByKind, changes }) => {
  const fraction = mainFraction(circuits, changes);
  const main = circuitsByKind.filter((row) => row.fraction === fraction);
  const runs = group(main, ({ plan, draw, seed }) => JSON.stringify([plan, draw, seed]));
  const rows = [...runs.values()].flatMap((own) => {
    const steps = own.map(({ step }) => step);
    return own.filter(({ step }) => step === Math.min(...steps) || step === Math.max(...steps));
  });
  if (rows.length === 0) return undefined;
  return {
    id: "circuit-kinds",
    title: "Circuits by kind of example",
    caption: `The circuits of ${asPercent(fraction!)} of the edges, found on examples of all kinds and judged on those of each kind. A circuit may carry one kind and not another.`,
    columns: [
      { name: "plan" },
      { name: "draw" },
      { name: "seed" },
      { name: "step" },
      { name: "kind" },
      { name: "examples" },
      { name: "faithfulness", format: asPercent },
      { name: "circuitAccuracy", format: asPercent },
      { name: "modelAccuracy", format: asPercent },
    ],
    rows: rows.map(({ plan, draw, seed, step, kind, examples, ...row }) => [
      ...[plan, draw, seed, step, kind, examples],
      row.faithfulness === null ? null : row.faithfulness / 100,
      row.circuitAccuracy,
      row.modelAccuracy,
    ]),
  };
};
