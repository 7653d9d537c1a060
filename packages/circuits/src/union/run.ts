/**
 * The union stage: the circuits of a composed task's parts -> their unions before and after fine-tuning, which stand in for
 * the circuits of the whole task. Takes no backend.
 */

import {
  byRun,
  type ChangeRow,
  type CircuitKey,
  type CircuitRow,
  changesSchema,
  circuitsSchema,
  describeCheckpoint,
  describeRun,
  isSameRun,
  type RunKey,
  type StageContext,
  scanTable,
  seededRandom,
  tablePath,
  UserError,
  writeTable,
} from "@ft/artifacts";
import {
  type Circuit,
  changeRows,
  circuitOfRow,
  collapse,
  combineCircuits,
  overlap,
  randomCircuit,
  readMainRows,
  rowOfCircuit,
  sizeOf,
} from "@ft/graph";
import type { UnionConfig } from "./config.ts";

/** The combined circuits of a run at its first and its last checkpoint. */
interface Ends {
  key: RunKey;
  rows: readonly [before: CircuitRow, after: CircuitRow];
  circuits: readonly [before: Circuit, after: Circuit];
}

/**
 * Combines the circuits of runs with the same plan, draw and seed: the first checkpoints' and the last ones'. Rows are
 * labelled as the whole's circuits or, without them, as those of the first part.
 *
 * @throws UserError if a part has no run in common with the others, or only one checkpoint
 */
export async function run(context: StageContext<UnionConfig>): Promise<void> {
  const { config, inputs, output, progress, provenance } = context;
  const parts = inputs.circuits!.map((folder) => readEnds(folder, config.of));
  const whole = inputs.whole?.flatMap((folder) => readEnds(folder, "found"));
  const rows: CircuitRow[] = [];
  const changes: ChangeRow[] = [];
  for (const labelled of whole ?? parts[0]!) {
    const own = parts.flatMap((runs) => runs.find(({ key }) => isSameRun(key, labelled.key)) ?? []);
    if (own.length < parts.length) continue;
    const united = ([0, 1] as const).map((end) => {
      const circuits = own.map((part) => part.circuits[end]);
      const reference = whole ? labelled.rows[end] : largest(own.map((part) => part.rows[end]));
      const { graph, ...found } = combineCircuits(
        config.combine,
        circuits,
        config.edges ?? reference.collapsedEdges,
      );
      const { plan, draw, seed, step, sample } = labelled.rows[end];
      const key = { plan, draw, seed, step, sample, rule: config.combine, size: reference.size, index: 0 };
      const circuit = { graph, ...found };
      if (whole) progress.note(describeOverlap(key, circuit, labelled.circuits[end]));
      rows.push(
        rowOfCircuit(key, circuit, sizeOf(circuit.edges)),
        ...randomRows(key, circuit, { count: config.random, seed: context.seed }),
      );
      return { key, step, circuit: collapse(circuit) };
    });
    changes.push(...changeRows(united[0]!.key, united));
  }
  if (rows.length === 0) throw noCommonRun([...parts, ...(whole ? [whole] : [])]);
  await writeTable(output, circuitsSchema, rows, provenance);
  await writeTable(output, changesSchema, changes, provenance);
}

/** @param folder of a circuits stage */
function readEnds(folder: string, of: UnionConfig["of"]): Ends[] {
  const file = tablePath(folder, circuitsSchema);
  const found = readMainRows(folder);
  return byRun(of === "found" ? found : firstRandomRows(folder, found)).map((own) => {
    const [before, after] = [own[0]!, own.at(-1)!];
    if (before.step === after.step) {
      throw new UserError(
        "only one checkpoint has a circuit; a union needs one before and one after training",
        {
          file,
          value: describeCheckpoint(before),
          remedy: "score the edges of the first and the last checkpoint",
        },
      );
    }
    const { plan, draw, seed } = before;
    const circuits = [circuitOfRow(before, file), circuitOfRow(after, file)] as const;
    return { key: { plan, draw, seed }, rows: [before, after], circuits };
  });
}

/** The first random circuit drawn for each of the found ones. */
function firstRandomRows(folder: string, found: readonly CircuitRow[]): CircuitRow[] {
  const random = Array.from(scanTable(folder, circuitsSchema)).filter(
    ({ rule, index, sample, size }) =>
      rule === "random" && index === 1 && sample === found[0]?.sample && size === found[0].size,
  );
  if (random.length === found.length) return random;
  throw new UserError("there are no random circuits to combine", {
    file: tablePath(folder, circuitsSchema),
    remedy: "set `random` of the stage that made these circuits to 1 or more",
  });
}

function largest(rows: readonly CircuitRow[]): CircuitRow {
  return rows.reduce((most, row) => (row.collapsedEdges > most.collapsedEdges ? row : most));
}

/** Random circuits with as many edges as the union. */
function randomRows(
  key: CircuitKey,
  { graph, edges, scores }: Circuit,
  { count, seed }: { count: number; seed: number },
): CircuitRow[] {
  return Array.from({ length: count }, (_, i) => {
    const index = i + 1;
    const random = seededRandom(seed, `random ${key.rule} ${index} for ${describeCheckpoint(key)}`);
    const drawn = randomCircuit(graph, sizeOf(edges), random);
    return rowOfCircuit({ ...key, rule: "random", index }, { graph, edges: drawn, scores }, sizeOf(drawn));
  });
}

function describeOverlap(key: CircuitKey, united: Circuit, own: Circuit): string {
  const { jaccard, shareOfSecond } = overlap(collapse(united).edges, collapse(own).edges);
  const share = `${(100 * shareOfSecond).toFixed(1)}% of the edges of the whole's own circuit`;
  return `${describeCheckpoint(key)}: the ${key.rule} has ${share}, Jaccard ${jaccard.toFixed(4)}`;
}

function noCommonRun(all: readonly (readonly Ends[])[]): UserError {
  const runs = all.map((own) => own.map(({ key }) => describeRun(key)).join("; "));
  return new UserError("the circuits have no run in common", {
    place: "inputs.circuits",
    value: runs.join(" and "),
    remedy: "train every part by a plan of the same name, with the same seeds",
  });
}
