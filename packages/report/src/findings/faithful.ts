/** Circuits before, during and after fine-tuning are faithful. */
import { group } from "d3-array";
import type { EvaluatedCircuit } from "../evaluated-circuits.ts";
import { mainFraction } from "../exhibits/circuits.ts";
import { asPercent } from "../format.ts";
import { type FindingMaker, list, mean } from "./finding.ts";

/** The minimum faithfulness, in percent, at every checkpoint. */
const LEAST = 80;
/** Random circuits per checkpoint needed for a comparison with chance. */
const RANDOM_CIRCUITS = 20;

/** Controls that no table holds yet; without them the claim cannot be shown. */
const OTHER_CONTROLS =
  "other controls of the same size: random edges among the circuit's nodes, the next edges by score, another checkpoint's and another seed's circuit, and that of a randomly initialised model";

const MEASURES: Record<string, string> = { kl: "divergence", "logit-diff": "logit difference" };

/**
 * Not shown if a random circuit is as faithful as the found one at any checkpoint; otherwise inconclusive until its controls
 * are measured.
 */
export const faithful: FindingMaker = ({ circuits, changes }) => {
  const fraction = mainFraction(circuits, changes);
  const rows = circuits.filter((row) => row.fraction === fraction);
  const found = rows.filter(({ kind }) => kind === "found");
  if (found.length === 0) return [];
  const checkpoints = [...group(found, ({ step }) => step)]
    .sort(([a], [b]) => a - b)
    .map(([step, own]) => ({
      step,
      value: mean(own.map(({ faithfulness }) => faithfulness)),
      circuit: mean(own.map(({ circuitAccuracy }) => circuitAccuracy)),
      model: mean(own.map(({ modelAccuracy }) => modelAccuracy)),
      overshoots: mean(own.map(({ circuitMetric, modelMetric }) => circuitMetric - modelMetric)) > 0,
      random: rows.filter((row) => row.kind === "random" && row.step === step),
    }));
  const values = checkpoints.map(({ value }) => value);
  const [worst, best] = [Math.min(...values), Math.max(...values)];
  const draws = Math.min(...checkpoints.map(({ random }) => random.length));
  const last = checkpoints.at(-1)!;
  const unable = checkpoints.filter(({ circuit, model }) => circuit < model / 2);
  const overshooting = checkpoints.filter(({ overshoots }) => overshoots);
  const beaten = checkpoints.some(({ value, random }) => random.some((row) => row.faithfulness >= value));
  const measure = MEASURES[found[0]!.metric] ?? found[0]!.metric;
  const evidence = [
    `Circuits of ${asPercent(fraction!)} of the edges have a faithfulness of ${asPercent(worst / 100)} to ${asPercent(best / 100)} over ${checkpoints.length} checkpoints${bestRandom(rows)}.`,
    `At the last checkpoint the circuit answers ${asPercent(last.circuit)} of the prompts and the model ${asPercent(last.model)}.`,
    ...(unable.length > 0
      ? [
          `At ${unable.length} of ${checkpoints.length} checkpoints the circuit answers less than half as many prompts as the model: it is faithful only in ${measure}.`,
        ]
      : []),
    ...(overshooting.length > 0
      ? [
          `At ${steps(overshooting)} the circuit overshoots: its ${measure} is beyond the model's, which lowers faithfulness.`,
        ]
      : []),
  ];
  const missing = [
    ...(worst < LEAST ? [`a faithfulness of at least ${LEAST}% at every checkpoint`] : []),
    ...(unable.length > 0 ? ["circuits that answer at least half as many prompts as the model"] : []),
    ...(draws < RANDOM_CIRCUITS
      ? [
          `${RANDOM_CIRCUITS} random circuits at every checkpoint (setting random of the circuits stage; here ${draws})`,
        ]
      : []),
    OTHER_CONTROLS,
  ];
  return [
    {
      claim: "Circuits before, during and after fine-tuning are faithful",
      verdict: beaten ? "not shown" : "inconclusive",
      evidence: evidence.join(" "),
      missing: beaten ? [] : missing,
    },
  ];
};

function bestRandom(rows: readonly EvaluatedCircuit[]): string {
  const random = rows.filter(({ kind }) => kind === "random").map(({ faithfulness }) => faithfulness);
  if (random.length === 0) return "";
  return `; the best of ${random.length} random circuits of the same size has ${asPercent(Math.max(...random) / 100)}`;
}

function steps(checkpoints: readonly { step: number }[]): string {
  return `checkpoint${checkpoints.length > 1 ? "s" : ""} ${list(checkpoints.map(({ step }) => step))}`;
}
