/** Change from each checkpoint of a run to the next, against noise and chance: transition by transition, and on average. */
import { type ComparisonRow, isSameRun, type RunKey } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import {
  type ChanceKind,
  type Change,
  type FloorKind,
  floorOf,
  meanChange,
  nullEnd,
  ratioAbove,
  rowsOf,
} from "./noise.ts";

/** A run's changes from a checkpoint to the next, in order; none if it has only two. */
export function transitionsOf(comparisons: readonly ComparisonRow[], run: RunKey): ComparisonRow[] {
  return comparisons.filter((row) => row.kind === "transition" && isSameRun(row, run));
}

/** What a run's circuit changes from checkpoint to checkpoint on average, and what it is judged against. */
export interface MeanTransition {
  change: Change;
  /** The mean of the transitions' floors; undefined if one was not measured. */
  floor(kind: FloorKind): { nodes: number; edges: number } | undefined;
  /** Draws of chance: draw n is the mean of draw n of every transition. Those that a transition lacks are left out. */
  draws(kind: ChanceKind): Change[];
}

/** The mean over a run's transitions; undefined if it has none. */
export function meanTransition(
  comparisons: readonly ComparisonRow[],
  run: RunKey,
): MeanTransition | undefined {
  const transitions = transitionsOf(comparisons, run);
  if (transitions.length === 0) return undefined;
  return {
    change: meanChange(transitions),
    floor(kind) {
      const floors = transitions.flatMap((transition) => floorOf(comparisons, kind, transition) ?? []);
      if (floors.length < transitions.length) return undefined;
      return { nodes: mean(floors.map(({ nodes }) => nodes)), edges: mean(floors.map(({ edges }) => edges)) };
    },
    draws(kind) {
      const drawn = transitions.map((transition) => rowsOf(comparisons, kind, transition));
      const count = Math.min(...drawn.map((rows) => rows.length));
      return Array.from({ length: count }, (_, i) => meanChange(drawn.map((rows) => rows[i]!)));
    },
  };
}

/**
 * The ratio of a run's mean transition above a floor: (mean edge change - mean floor) / (mean node change - mean floor).
 * @returns infinite if nodes do not change beyond the floor on average; undefined if it was not measured
 */
export function transitionRatio(
  comparisons: readonly ComparisonRow[],
  kind: FloorKind,
  run: RunKey,
): number | undefined {
  const found = meanTransition(comparisons, run);
  const floor = found?.floor(kind);
  return found && floor && ratioAbove(found.change, floor);
}

/** The 95th percentile of that ratio if chance makes every transition, see {@link nullEnd}; undefined if it was not drawn. */
export function transitionNull(
  comparisons: readonly ComparisonRow[],
  chance: ChanceKind,
  kind: FloorKind,
  run: RunKey,
): number | undefined {
  const found = meanTransition(comparisons, run);
  const floor = found?.floor(kind);
  return found && floor && nullEnd(found.draws(chance), floor);
}
