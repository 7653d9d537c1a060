/** The circuits stage: scores -> the circuits of every checkpoint, what changed between them, and how stable they are. Takes no backend. */

import {
  type ChangeRow,
  type CircuitRow,
  type ComparisonRow,
  changesSchema,
  circuitsSchema,
  comparisonsSchema,
  isSameCheckpoint,
  isSameRun,
  type StageContext,
  scanTable,
  scoresSchema,
  tablePath,
  writeTable,
} from "@ft/artifacts";
import { type SampleCircuit, scoresOfRow } from "@ft/graph";
import { chooseCheckpoints } from "../checkpoints/checkpoints.ts";
import { circuitRows, type ScoredCheckpoint } from "./circuit-rows.ts";
import { type CircuitsConfig, sizesOf } from "./config.ts";
import { changesOf, commonRows, comparisonsOf, mainCircuits } from "./main-circuits.ts";

/** Selects and draws circuits by the scores of each checkpoint, and compares the main circuits of runs. */
export async function run({
  config,
  seed,
  inputs,
  output,
  provenance,
}: StageContext<CircuitsConfig>): Promise<void> {
  const file = tablePath((inputs.scores as [string])[0], scoresSchema);
  const changes: ChangeRow[] = [];
  const comparisons: ComparisonRow[] = [];
  // Circuits of earlier runs; pairs of seeds are compared once, when the later run comes.
  const earlier: SampleCircuit[] = [];
  function* circuits(): Generator<CircuitRow> {
    for (const checkpoints of runsOf(file)) {
      const curve = new Set(chooseCheckpoints(checkpoints, config.curve).map(({ step }) => step));
      const own = checkpoints.map((checkpoint) =>
        circuitRows(checkpoint, sizesAt(curve.has(checkpoint.step), config), { ...config, seed }),
      );
      const main = mainCircuits(own.flat(), config, file);
      changes.push(...changesOf(main));
      comparisons.push(...comparisonsOf(main, checkpoints, earlier, { ...config, seed }));
      earlier.push(...main.filter(({ sample }) => sample === "all"));
      const common = config.common ? commonRows(main, file) : [];
      for (const [i, rows] of own.entries()) {
        yield* rows;
        const { sample, ...key } = checkpoints[i]!;
        yield* common.filter((row) => row.sample === sample && isSameCheckpoint(row, key));
      }
    }
  }
  await writeTable(output, circuitsSchema, circuits(), provenance);
  await writeTable(output, changesSchema, changes, provenance);
  await writeTable(output, comparisonsSchema, comparisons, provenance);
}

/** The sizes of a checkpoint's circuits, ascending. */
export function sizesAt(
  onCurve: boolean,
  { fraction, fractions }: Pick<CircuitsConfig, "fraction" | "fractions">,
): number[] {
  const all = onCurve ? [fraction, ...sizesOf(fractions)] : [fraction];
  return [...new Set(all)].sort((a, b) => a - b);
}

/** The scored checkpoints of each run; those of one run are in memory at once. */
function* runsOf(file: string): Generator<ScoredCheckpoint[]> {
  let current: ScoredCheckpoint[] = [];
  for (const row of scanTable(file, scoresSchema)) {
    if (current[0] && !isSameRun(current[0], row)) {
      yield current;
      current = [];
    }
    const { plan, draw, seed, step, sample } = row;
    current.push({ ...{ plan, draw, seed, step, sample }, ...scoresOfRow(row, file) });
  }
  if (current.length > 0) yield current;
}
