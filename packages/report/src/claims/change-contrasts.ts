/** How much faster edges change than nodes, above noise: from first to last checkpoint, which decides, and by transition. */
import type { ComparisonRow } from "@ft/artifacts";
import { group } from "d3-array";
import { chanceKinds, fineTuning, floorKinds, floorOf, nullRatio, ratioAbove } from "../noise.ts";
import type { Results } from "../results.ts";
import { transitionNull, transitionRatio } from "../transitions.ts";
import { type Contrast, linksTo } from "./claim.ts";

export const floorNames = { halves: "half splits", seeds: "seeds" } as const;

/** The mean over a run's transitions, in the names of contrasts. */
const MEAN = "mean from checkpoint to checkpoint";

/** (Edge change - floor) / (node change - floor), above each floor. */
export function ratioContrasts({ comparisons }: Pick<Results, "comparisons">): Contrast[] {
  const runs = fineTuning(comparisons);
  return floorKinds.flatMap((kind) => {
    const above = `above the floor of ${floorNames[kind]}`;
    const ratio = (change: ComparisonRow) => {
      const floor = floorOf(comparisons, kind, change);
      return floor && ratioAbove(change, floor);
    };
    return [
      ...contrast(above, runs, ratio),
      ...contrast(`${MEAN}, ${above}`, runs, (run) => transitionRatio(comparisons, kind, run), {
        decides: false,
      }),
      ...[...bySteps(comparisons)].flatMap(([steps, changes]) =>
        contrast(`${steps}, ${above}`, changes, ratio, { decides: false, comparable: false }),
      ),
    ];
  });
}

/** The same ratio minus the 95th percentile of what chance gives above the same floor. */
export function nullContrasts({ comparisons }: Pick<Results, "comparisons">): Contrast[] {
  const runs = fineTuning(comparisons);
  return floorKinds.flatMap((kind) =>
    chanceKinds.flatMap((chance) => {
      const minus = `above the floor of ${floorNames[kind]}, minus ${chance}`;
      const excess = (change: ComparisonRow) => {
        const floor = floorOf(comparisons, kind, change);
        const most = floor && nullRatio(comparisons, chance, change, floor);
        return most === undefined ? undefined : ratioAbove(change, floor) - most;
      };
      const meanExcess = (run: ComparisonRow) => {
        const most = transitionNull(comparisons, chance, kind, run);
        return most === undefined ? undefined : transitionRatio(comparisons, kind, run)! - most;
      };
      return [
        ...contrast(minus, runs, excess, { decides: chance === "jitter" }),
        ...contrast(`${MEAN}, ${minus}`, runs, meanExcess, { decides: false }),
        ...[...bySteps(comparisons)].flatMap(([steps, changes]) =>
          contrast(`${steps}, ${minus}`, changes, excess, { decides: false, comparable: false }),
        ),
      ];
    }),
  );
}

/** The transitions of all runs, by their steps. */
function bySteps(comparisons: readonly ComparisonRow[]): Map<string, ComparisonRow[]> {
  const transitions = comparisons.filter(({ kind }) => kind === "transition");
  return group(transitions, ({ step, otherStep }) => `step ${step} to ${otherStep}`);
}

/** A number of each run; none if one of them is not finite. */
function contrast(
  name: string,
  changes: readonly ComparisonRow[],
  measure: (change: ComparisonRow) => number | undefined,
  options: Pick<Contrast, "decides" | "comparable"> = { decides: true },
): Contrast[] {
  const measured = changes.flatMap((change) => {
    const value = measure(change);
    return value === undefined ? [] : [{ change, value }];
  });
  if (measured.length === 0 || measured.some(({ value }) => !Number.isFinite(value))) return [];
  const rows = measured.map(({ change }) => ({ ...change, step: change.otherStep }));
  const seeds = measured.map(({ change }) => change.seed);
  const values = measured.map(({ value }) => value);
  return [{ name, seeds, values, rows: linksTo("comparisons", rows), ...options }];
}
