/** The limits of what an experiment can show, whatever its numbers. */
import { describeRun } from "@ft/artifacts";
import { finalResults } from "../comparison.ts";
import type { Results } from "../results.ts";

export function limits(results: Results): string[] {
  const { model, metrics, circuits, changes, heldOut, examples } = results;
  const circuitSeeds = new Set([...circuits, ...changes].map(describeRun)).size;
  const { layers, heads, dModel } = model.config;
  const count = (examples.get(heldOut) ?? 0).toLocaleString("en-US");
  const apart =
    heldOut === "circuit"
      ? "the same that circuits are found on, as in the paper"
      : "which nothing else used";
  const seeds = new Set(metrics.map(({ seed }) => seed)).size;
  const measured = [...finalResults(results).values()].flatMap((method) => [...method.values()]);
  const isByExample = measured.length > 0 && measured.every(({ answers }) => answers);
  return [
    `It is one task and one model (${model.name}: ${layers} layers of ${heads} heads, width ${dModel}). Larger models, other families and other tasks may behave differently.`,
    ...(circuitSeeds > 0
      ? [
          `Circuits come from ${circuitSeeds === 1 ? "one fine-tuning run: how much critical layers vary between runs is not measured" : `${circuitSeeds} fine-tuning runs: how much critical layers vary between them is only in the tables`}.`,
        ]
      : []),
    `Accuracies are over ${count} held-out examples, ${apart}; intervals cover ${seeds === 1 ? "no variation: there is one seed" : `${seeds} seeds${isByExample ? " and, in the claims, the choice of these examples" : ", not the choice of examples"}`}.`,
    "Attribution is a first-order estimate: a high score does not prove that an edge matters, which is why circuits are run and compared with random ones.",
  ];
}
