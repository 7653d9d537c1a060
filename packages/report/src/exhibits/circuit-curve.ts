import { describeCheckpoint } from "@ft/artifacts";
import { faithfulnessCurve, mibFractions } from "@ft/graph";
import { group } from "d3-array";
import type { EvaluatedCircuit } from "../evaluated-circuits.ts";
import type { ExhibitMaker } from "./exhibit.ts";

/** MIB's summaries of the curve, at checkpoints with circuits of all its fractions and the one without edges. */
export const circuitCurve: ExhibitMaker = ({ circuits }) => {
  const found = circuits.filter(({ kind }) => kind === "found");
  const rows = [...group(found, describeCheckpoint).values()].flatMap((own) => {
    const curve = curveOf(own);
    return curve ? [{ ...own[0]!, ...curve }] : [];
  });
  if (rows.length === 0) return undefined;
  return {
    id: "circuit-curve",
    title: "CPR and CMD",
    caption:
      "The MIB benchmark's summaries of faithfulness against size, with faithfulness (circuit - empty) / (model - empty): its integral over the fraction of edges (CPR, at best 0.999 if no circuit exceeds the model), that of its distance from 1 (CMD, at best 0), and its mean over the fractions.",
    columns: [
      ...["plan", "draw", "seed", "step", "metric"].map((name) => ({ name })),
      { name: "cpr", label: "CPR" },
      { name: "cmd", label: "CMD" },
      { name: "average", label: "mean faithfulness" },
    ],
    rows: rows.map(({ plan, draw, seed, step, metric, cpr, cmd, average }) => [
      ...[plan, draw, seed, step, metric],
      ...[cpr, cmd, average],
    ]),
  };
};

/** The curve of a checkpoint's circuits; undefined if a size is missing, or the model's metric is that of no edges. */
function curveOf(circuits: readonly EvaluatedCircuit[]) {
  const at = (size: number) => circuits.find(({ fraction }) => fraction === size);
  const empty = at(0);
  const points = mibFractions.flatMap((fraction) => {
    const circuit = at(fraction);
    return circuit ? [{ fraction, metric: circuit.circuitMetric }] : [];
  });
  if (!empty || points.length < mibFractions.length) return undefined;
  return faithfulnessCurve(points, empty.modelMetric, empty.circuitMetric);
}
