/** What changes a run's circuit: fine-tuning, against other examples, another seed and chance. */
import { type ComparisonRow, isSameRun, RANDOM_MODEL } from "@ft/artifacts";
import { mean, sampleQuantile } from "@ft/statistics";

type Kind = ComparisonRow["kind"];
export type ChanceKind = "jitter" | "churn";
export const chanceKinds: readonly ChanceKind[] = ["jitter", "churn"];

/** A change of nodes and edges, as shares of the run's first circuit. */
export type Change = Pick<ComparisonRow, "nodeChangeRate" | "edgeChangeRate">;

/** How much circuits of the same model differ. */
export interface Floor {
  nodes: number;
  edges: number;
  edgeJaccard: number;
}

/** What can be a floor: halves of the examples at both ends of a run, or its last circuit and another seed's. */
export const floorKinds = ["halves", "seeds"] as const;
export type FloorKind = (typeof floorKinds)[number];

/** The share of the null distribution that a ratio must be beyond. */
const NULL_QUANTILE = 0.95;

/** The change of each run from its first to its last checkpoint. */
export function fineTuning(comparisons: readonly ComparisonRow[]): ComparisonRow[] {
  return comparisons.filter(({ kind }) => kind === "fine-tuning");
}

/**
 * The rows of a kind that are about a change of a run's circuit: for seeds those at the later checkpoint that the run is one
 * of, for chance those that imitate the change, else those of either checkpoint.
 *
 * @param run the change from one checkpoint to another, such as from the first to the last
 */
export function rowsOf(
  comparisons: readonly ComparisonRow[],
  kind: Kind,
  run: ComparisonRow,
): ComparisonRow[] {
  const { step, otherStep, seed } = run;
  return comparisons.filter((row) => {
    if (row.kind !== kind) return false;
    if (kind === "jitter" || kind === "churn")
      return isSameRun(row, run) && row.step === step && row.otherStep === otherStep;
    if (kind !== "seeds") return isSameRun(row, run) && (row.step === step || row.step === otherStep);
    const isEither = row.seed === seed || row.otherSeed === seed;
    return isEither && isSameRun({ ...row, seed }, run) && row.step === otherStep;
  });
}

/** The floor of a change, the mean over its comparisons; undefined if it was not measured. */
export function floorOf(
  comparisons: readonly ComparisonRow[],
  kind: FloorKind,
  run: ComparisonRow,
): Floor | undefined {
  const rows = rowsOf(comparisons, kind, run);
  if (rows.length === 0) return undefined;
  const { nodeChangeRate, edgeChangeRate } = meanChange(rows);
  return {
    nodes: nodeChangeRate,
    edges: edgeChangeRate,
    edgeJaccard: mean(rows.map(({ edgeJaccard }) => edgeJaccard)),
  };
}

/** The mean of at least one change. */
export function meanChange(changes: readonly Change[]): Change {
  return {
    nodeChangeRate: mean(changes.map(({ nodeChangeRate }) => nodeChangeRate)),
    edgeChangeRate: mean(changes.map(({ edgeChangeRate }) => edgeChangeRate)),
  };
}

/** (edge change - floor) / (node change - floor); infinite if the nodes' is not above the floor. */
export function ratioAbove(
  { edgeChangeRate, nodeChangeRate }: Change,
  floor: Pick<Floor, "edges" | "nodes"> = { edges: 0, nodes: 0 },
): number {
  if (nodeChangeRate <= floor.nodes) return Number.POSITIVE_INFINITY;
  return (edgeChangeRate - floor.edges) / (nodeChangeRate - floor.nodes);
}

/**
 * The 95th percentile of the ratio that chance gives, above the same floor, when it changes as many edges as the run; undefined
 * without draws, infinite if nodes are not above the floor there. Subtracting the floor from only one of the two would favour the run.
 */
export function nullRatio(
  comparisons: readonly ComparisonRow[],
  kind: ChanceKind,
  run: ComparisonRow,
  floor?: Floor,
): number | undefined {
  return nullEnd(rowsOf(comparisons, kind, run), floor);
}

/** The 95th percentile of the ratios of draws above a floor; undefined without draws, infinite if it is among infinite ones. */
export function nullEnd(
  draws: readonly Change[],
  floor?: Pick<Floor, "edges" | "nodes">,
): number | undefined {
  const ratios = draws.map((draw) => ratioAbove(draw, floor)).sort((a, b) => a - b);
  if (ratios.length === 0) return undefined;
  const end = ratios[Math.ceil(NULL_QUANTILE * (ratios.length - 1))];
  if (end === Number.POSITIVE_INFINITY) return end;
  return sampleQuantile(
    ratios.map((ratio) => Math.min(ratio, Number.MAX_VALUE)),
    NULL_QUANTILE,
  );
}

/**
 * The comparisons without those of the model before training beyond the first run's: all runs begin with the same model, whose
 * circuits on the same examples count once.
 */
export function baseOnce(comparisons: readonly ComparisonRow[]): ComparisonRow[] {
  const seen = new Set<string>();
  return comparisons.filter((row) => {
    const { step, otherStep, plan, kind, sample, otherSample, index, nodeJaccard, edgeJaccard } = row;
    if (step > 0 || otherStep > 0 || plan === RANDOM_MODEL) return true;
    const key = JSON.stringify([plan, kind, sample, otherSample, index, nodeJaccard, edgeJaccard]);
    return !seen.has(key) && seen.add(key);
  });
}

/** The models whose circuits are compared for stability. */
export type StabilityModel = "pre-trained" | "during fine-tuning" | "fine-tuned" | "random";

/** Which model a comparison of one model's circuits is about, by its checkpoint. */
export function modelOfRow(comparisons: readonly ComparisonRow[], row: ComparisonRow): StabilityModel {
  if (row.plan === RANDOM_MODEL) return "random";
  if (row.step === 0) return "pre-trained";
  const own = fineTuning(comparisons).find((run) => isSameRun(run, row));
  return own && row.step < own.otherStep ? "during fine-tuning" : "fine-tuned";
}
