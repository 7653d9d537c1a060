/** Circuits before, during and after fine-tuning are faithful. */
import { describeRun, isSameCheckpoint } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import { group } from "d3-array";
import type { ControlKind, EvaluatedCircuit } from "../evaluated-circuits.ts";
import { mainFraction } from "../exhibits/circuits.ts";
import { asPercent } from "../format.ts";
import type { Results } from "../results.ts";
import { sameOnce } from "../seed-values.ts";
import { type Claim, type Contrast, type Control, linksTo, list } from "./claim.ts";

/** The minimum faithfulness at every checkpoint. */
const LEAST = 0.8;
/** Random circuits per checkpoint needed for a comparison with chance. */
const RANDOM_CIRCUITS = 20;

const MEASURES: Record<string, string> = { kl: "divergence", "logit-diff": "logit difference" };

/** The circuits of the main fraction by checkpoint, in order, and the controls of the same size. */
function mainOf(results: Results) {
  const fraction = mainFraction(results.circuits, results.changes);
  const rows = results.circuits.filter((row) => row.fraction === fraction);
  const found = rows.filter(({ kind }) => kind === "found");
  return {
    fraction,
    checkpoints: [...group(found, ({ step }) => step)].sort(([a], [b]) => a - b),
    random: rows.filter(({ kind }) => kind === "random"),
    controls: results.controls.filter(
      ({ kind, ...row }) => row.fraction === fraction && kind !== "common to both ends",
    ),
  };
}

/** A contrast per checkpoint over its runs, without the runs that have no value. */
function byCheckpoint(
  results: Results,
  what: string,
  measure: (row: EvaluatedCircuit) => number | undefined,
): Contrast[] {
  return mainOf(results).checkpoints.flatMap(([step, own]) => {
    const judged = own.flatMap((row) => {
      const value = measure(row);
      return value === undefined ? [] : [{ row, value }];
    });
    if (judged.length === 0) return [];
    const all = judged.map(({ value }) => value);
    const values = step === 0 ? sameOnce(all) : all;
    return [
      {
        name: `checkpoint ${step}: ${what}`,
        seeds: judged.slice(0, values.length).map(({ row }) => row.seed),
        values,
        comparable: false, // tasks have checkpoints at different steps
        rows: linksTo(
          "evaluation",
          judged.map(({ row }) => row),
        ),
      },
    ];
  });
}

export const faithful: Claim = {
  id: "faithful",
  claim: "Circuits before, during and after fine-tuning are faithful",
  question: "Does the circuit reproduce what its model does?",
  source: "Circuits can be found with high faithfulness before and after fine-tuning.",
  applies: (results) => mainOf(results).checkpoints.length > 0,
  criteria: [
    {
      unit: "percent",
      brief: "faithfulness at a checkpoint",
      measure: "Faithfulness of the found circuits at each checkpoint",
      contrasts: (results) => byCheckpoint(results, "faithfulness", (row) => row.faithfulness / 100),
      holds: [{ of: "mean", is: "at least", value: LEAST }],
      needs: () => `a faithfulness of at least ${100 * LEAST}% at every checkpoint`,
    },
    {
      brief: "faithfulness beyond the best control",
      measure:
        "Faithfulness of the found circuit minus that of the best control of its size in the same model",
      contrasts(results) {
        const { random, controls } = mainOf(results);
        return byCheckpoint(results, "found minus the best control", (row) => {
          const others = [...random, ...controls].filter((other) => isSameCheckpoint(other, row));
          if (others.length === 0) return undefined;
          return (row.faithfulness - Math.max(...others.map(({ faithfulness }) => faithfulness))) / 100;
        });
      },
      holds: [{ of: "mean", is: "above", value: 0 }],
      fails: "otherwise",
    },
    {
      brief: "circuit's answers beyond half of the model's",
      measure: "Exact match of the found circuit minus half of its model's",
      contrasts: (results) =>
        byCheckpoint(
          results,
          "circuit minus half of the model",
          ({ circuitAccuracy, modelAccuracy }) => circuitAccuracy - modelAccuracy / 2,
        ),
      holds: [{ of: "mean", is: "at least", value: 0 }],
      needs: () => "circuits that answer at least half as many prompts as the model",
    },
  ],
  controls: [
    {
      name: "random circuits of the same size",
      missing(results) {
        const { checkpoints, random } = mainOf(results);
        const draws = checkpoints.flatMap(([, own]) =>
          own.map((row) => random.filter((other) => isSameCheckpoint(other, row)).length),
        );
        const least = Math.min(...draws);
        return least < RANDOM_CIRCUITS
          ? `${RANDOM_CIRCUITS} random circuits at every checkpoint (setting random of the circuits stage; here ${least})`
          : undefined;
      },
    },
    controlCircuits("random among found nodes", "random edges among the circuit's nodes at every checkpoint"),
    controlCircuits("next by score", "the next edges by score at every checkpoint"),
    controlCircuits(
      "another checkpoint's",
      "another checkpoint's circuit in the first and the last model (evaluate stage with model first and last)",
      "ends",
    ),
    controlCircuits(
      "another seed's",
      "another seed's circuit in the last model (evaluate stage with model other-seeds)",
      "last",
    ),
    controlCircuits(
      "a random model's",
      "the circuit of a randomly initialised model in the first and the last model (attribute stage with model random)",
      "ends",
    ),
  ],
  evidence(results, [faithfulness]) {
    const { fraction, checkpoints, random, controls } = mainOf(results);
    const values = faithfulness!.map(({ estimate }) => estimate.mean);
    const [worst, best] = [Math.min(...values), Math.max(...values)];
    const averages = checkpoints.map(([step, own]) => ({
      step,
      metric: own[0]!.metric,
      circuit: mean(own.map(({ circuitAccuracy }) => circuitAccuracy)),
      model: mean(own.map(({ modelAccuracy }) => modelAccuracy)),
      overshoots: mean(own.map(({ circuitMetric, modelMetric }) => circuitMetric - modelMetric)) > 0,
    }));
    const last = averages.at(-1)!;
    const unable = averages.filter(({ circuit, model }) => circuit < model / 2);
    const overshooting = averages.filter(({ overshoots }) => overshoots);
    const measure = MEASURES[last.metric] ?? last.metric;
    const highest = (rows: readonly { faithfulness: number }[]) =>
      asPercent(Math.max(...rows.map((row) => row.faithfulness)) / 100);
    const others = [...group(controls, ({ kind }) => kind)].map(([kind, rows]) => `${kind} ${highest(rows)}`);
    return [
      `Circuits of ${asPercent(fraction!)} of the edges have a faithfulness of ${asPercent(worst)} to ${asPercent(best)} over ${checkpoints.length} checkpoints${random.length > 0 ? `; the best of ${random.length} random circuits of the same size has ${highest(random)}` : ""}.`,
      ...(others.length > 0 ? [`Other controls have at most: ${list(others)}.`] : []),
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
  },
};

/**
 * Controls of one kind in the model of every run at each of its checkpoints, at both of their ends, or at their last.
 */
function controlCircuits(
  kind: ControlKind,
  name: string,
  where: "everywhere" | "ends" | "last" = "everywhere",
): Control {
  return {
    name,
    missing(results) {
      const { checkpoints, controls } = mainOf(results);
      const own = controls.filter((row) => row.kind === kind);
      const runs = group(
        checkpoints.flatMap(([, rows]) => rows),
        describeRun,
      );
      const needed = [...runs.values()].flatMap((rows) =>
        where === "everywhere" ? rows : where === "ends" ? [rows[0]!, rows.at(-1)!] : rows.slice(-1),
      );
      return needed.every((row) => own.some((other) => isSameCheckpoint(other, row))) ? undefined : name;
    },
  };
}

function steps(checkpoints: readonly { step: number }[]): string {
  return `checkpoint${checkpoints.length > 1 ? "s" : ""} ${list(checkpoints.map(({ step }) => step))}`;
}
