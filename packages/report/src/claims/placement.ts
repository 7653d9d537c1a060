/** Where edges change, rank helps: over layers, whatever their depth. */
import { mean, spearman } from "@ft/statistics";
import { group, rollup } from "d3-array";
import { circuitAwareRun, finalRows, planMethods } from "../comparison.ts";
import type { Results } from "../results.ts";
import { type Claim, control, linksTo } from "./claim.ts";

/** Layers needed for a rank correlation given depth. */
const LEAST_LAYERS = 5;

/** Edge change by layer, as the paper sums it (by source), mean over runs. */
function edgeChangeByLayer({ layers }: Results): Map<number, number> {
  return rollup(
    layers.filter(({ layerRule, sample }) => layerRule === "source" && sample === "all"),
    (rows) => mean(rows.map(({ edgeChange }) => edgeChange)),
    ({ layer }) => layer,
  );
}

/** The last results of runs that give one layer a higher rank, with that layer. */
function placedRuns(results: Results) {
  const methods = planMethods(results.stages);
  const placed = results.plans.filter(({ plan, critical }) => critical && methods.get(plan) === "placement");
  const layers = rollup(
    placed,
    (rows) => rows[0]!.layer,
    ({ plan, draw }) => `${plan} ${draw}`,
  );
  return finalRows(results).flatMap((row) => {
    const layer = layers.get(`${row.plan} ${row.draw}`);
    return layer === undefined ? [] : [{ ...row, layer }];
  });
}

/** Seeds with an accuracy for every layer. */
function scans(results: Results) {
  const { layers } = results.model.config;
  return [...group(placedRuns(results), ({ seed }) => seed).values()].filter(
    (rows) => layers >= LEAST_LAYERS && new Set(rows.map(({ layer }) => layer)).size === layers,
  );
}

export const placement: Claim = {
  id: "placement",
  claim: "A higher rank helps most in the layers whose edges change most, whatever their depth",
  question: "Is it edge change, rather than depth, that says where rank helps?",
  source: "Layers are ranked by edge change.",
  applies: ({ plans }) => circuitAwareRun(plans) !== undefined,
  criteria: [
    {
      unit: "correlation",
      brief: "rank correlation given depth",
      measure:
        "Rank correlation over layers between edge change and the accuracy with a higher rank in that layer alone, given depth, by seed",
      contrasts(results) {
        const change = edgeChangeByLayer(results);
        const judged = scans(results).flatMap((rows) => {
          const sorted = rows.filter(({ layer }) => change.has(layer)).sort((a, b) => a.layer - b.layer);
          if (sorted.length < LEAST_LAYERS) return [];
          const depth = sorted.map(({ layer }) => layer);
          const rho = spearman(
            depth.map((layer) => change.get(layer)!),
            sorted.map(({ heldOutAccuracy }) => heldOutAccuracy!),
            [depth],
          ).mean;
          return Number.isFinite(rho) ? [{ rho, rows: sorted }] : [];
        });
        if (judged.length < 2) return [];
        return [
          {
            name: "edge change with accuracy, given depth",
            seeds: judged.map(({ rows }) => rows[0]!.seed),
            values: judged.map(({ rho }) => rho),
            rows: linksTo(
              "metrics",
              judged.flatMap(({ rows }) => rows),
            ),
          },
        ];
      },
      holds: [{ of: "low", is: "above", value: 0 }],
      fails: { contrasts: "some", any: [{ of: "high", is: "below", value: 0 }] },
      needs: (open) =>
        open.length > 0 ? "more seeds: the interval of the correlation includes 0" : undefined,
    },
  ],
  controls: [
    control(
      `a placement scan: runs with a higher rank in each layer alone (plan method placement), with two seeds, of a model of at least ${LEAST_LAYERS} layers`,
      (results) => scans(results).length > 1,
    ),
  ],
  evidence(_, [contrasts]) {
    const [correlation] = contrasts!;
    if (!correlation) return ["The accuracy with a higher rank in each layer alone was not measured."];
    const { mean, low, high, seeds } = correlation.estimate;
    const ends = [Math.max(-1, low!), Math.min(1, high!)].map((end) => end.toFixed(2));
    return [
      `Over layers, edge change and accuracy have a rank correlation of ${mean.toFixed(2)} given depth (95% interval over ${seeds} seeds ${ends.join(" to ")}).`,
    ];
  },
};
