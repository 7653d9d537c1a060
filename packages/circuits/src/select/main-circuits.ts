/** A run's main circuits: those of one rule and size that are compared with each other. */
import {
  type ChangeRow,
  type CircuitRow,
  type ComparisonRow,
  describeRun,
  isSameCheckpoint,
} from "@ft/artifacts";
import {
  chanceRows,
  changeRows,
  circuitOfRow,
  collapse,
  comparisonRows,
  type ImitatedChange,
  prune,
  rowOfCircuit,
  ruleNamed,
  type SampleCircuit,
  type ScoredGraph,
  sizeOf,
  topCircuit,
  transitionsOf,
} from "@ft/graph";
import type { ScoredCheckpoint } from "./circuit-rows.ts";
import type { CircuitsConfig } from "./config.ts";

export interface MainCircuit extends SampleCircuit {
  row: CircuitRow;
}

/** The main circuits among a run's. @param file named in errors */
export function mainCircuits(
  rows: readonly CircuitRow[],
  { rule, fraction }: CircuitsConfig,
  file: string,
): MainCircuit[] {
  return rows
    .filter((row) => row.rule === rule && row.size === fraction)
    .map((row) => {
      const { plan, draw, seed, step, sample } = row;
      return { plan, draw, seed, step, sample, row, circuit: collapse(circuitOfRow(row, file)) };
    });
}

/** What changed between the circuits of one sample at a time. */
export function changesOf(circuits: readonly MainCircuit[]): ChangeRow[] {
  return bySample(circuits).flatMap((own) => changeRows(own[0]!.row, own));
}

/**
 * The edges that a run's first and last circuit have in common, pruned, as a circuit of either checkpoint, sample by sample:
 * if these suffice in both models, what else changed did not matter.
 */
export function commonRows(circuits: readonly MainCircuit[], file: string): CircuitRow[] {
  return bySample(circuits).flatMap((own) => {
    const ends = [own[0]!.row, own.at(-1)!.row];
    if (ends[0] === ends[1]) return [];
    const [one, other] = ends.map((row) => circuitOfRow(row, file)) as [Found, Found];
    const { graph } = one;
    const edges = prune(
      graph,
      one.edges.map((member, edge) => member & other.edges[edge]!),
    );
    return ends.map((row, i) => {
      const { scores } = [one, other][i]!;
      const { plan, draw, seed, step, sample, size } = row;
      const key = { plan, draw, seed, step, sample, rule: "common", size, index: 0 };
      return rowOfCircuit(key, { graph, edges, scores }, sizeOf(edges));
    });
  });
}

/**
 * Comparisons of a run's circuits with each other, with those of other seeds, and with what chance makes of the first
 * and, transition by transition, of each.
 *
 * @param scored the run's checkpoints
 * @param others the circuits of other runs
 * @param seed of the random draws
 */
export function comparisonsOf(
  circuits: readonly MainCircuit[],
  scored: readonly ScoredCheckpoint[],
  others: readonly SampleCircuit[],
  { rule, fraction, chance, transitionChance, seed }: CircuitsConfig & { seed: number },
): ComparisonRow[] {
  const choice = { rule, size: fraction };
  const whole = circuits.filter(({ sample }) => sample === "all");
  const [start, end] = [whole[0], whole.at(-1)];
  const compared = comparisonRows(choice, circuits, others);
  if (!start || !end || start === end) return compared;
  const selection = ruleNamed(rule);
  const select = (graph: ScoredGraph) =>
    topCircuit(graph.graph, selection.rank(graph), selection.count(graph, fraction));
  const imitated = (from: MainCircuit, to: MainCircuit, draws: number, purpose: string): ImitatedChange => ({
    disturbed: {
      scored: scored.find((one) => one.sample === "all" && isSameCheckpoint(one, from))!,
      select,
    },
    ...{ from, to, draws, purpose },
  });
  const run = describeRun(start);
  const changes = [
    imitated(start, end, chance, run),
    ...transitionsOf(whole).map(([from, to]) =>
      imitated(from, to, transitionChance, `${run}, step ${from.step} to ${to.step}`),
    ),
  ];
  return [...compared, ...chanceRows(choice, changes, start.circuit, seed)];
}

type Found = ReturnType<typeof circuitOfRow>;

function bySample(circuits: readonly MainCircuit[]): MainCircuit[][] {
  const samples = [...new Set(circuits.map(({ sample }) => sample))];
  return samples.map((sample) => circuits.filter((circuit) => circuit.sample === sample));
}
