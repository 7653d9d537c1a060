/** The circuits stage: scores -> the circuits of every checkpoint, and what changed between them. Takes no backend. */

import {
  type ChangeRow,
  type CircuitRow,
  changesSchema,
  circuitsSchema,
  isSameRun,
  type StageContext,
  scanTable,
  scoresSchema,
  tablePath,
  writeTable,
} from "@ft/artifacts";
import { changeRows, circuitOfRow, collapse, scoresOfRow } from "@ft/graph";
import { chooseCheckpoints } from "../checkpoints/checkpoints.ts";
import { circuitRows, type ScoredCheckpoint } from "./circuit-rows.ts";
import { type CircuitsConfig, sizesOf } from "./config.ts";

/** Selects and draws circuits by the scores of each checkpoint, and compares the main circuits of each run. */
export async function run({
  config,
  seed,
  inputs,
  output,
  provenance,
}: StageContext<CircuitsConfig>): Promise<void> {
  const file = tablePath((inputs.scores as [string])[0], scoresSchema);
  const changes: ChangeRow[] = [];
  function* circuits(): Generator<CircuitRow> {
    for (const checkpoints of runsOf(file)) {
      const curve = new Set(chooseCheckpoints(checkpoints, config.curve).map(({ step }) => step));
      const own = checkpoints.map((checkpoint) =>
        circuitRows(checkpoint, sizesAt(curve.has(checkpoint.step), config), { ...config, seed }),
      );
      changes.push(...changesOf(own.flat(), config, file));
      for (const rows of own) yield* rows;
    }
  }
  await writeTable(output, circuitsSchema, circuits(), provenance);
  await writeTable(output, changesSchema, changes, provenance);
}

/** The sizes of a checkpoint's circuits, ascending. */
function sizesAt(onCurve: boolean, { fraction, fractions }: CircuitsConfig): number[] {
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

/** What changed between a run's main circuits, those of one sample at a time. */
function changesOf(
  rows: readonly CircuitRow[],
  { rule, fraction }: CircuitsConfig,
  file: string,
): ChangeRow[] {
  const main = rows.filter((row) => row.rule === rule && row.size === fraction);
  const samples = [...new Set(main.map(({ sample }) => sample))];
  return samples.flatMap((sample) => {
    const own = main.filter((row) => row.sample === sample);
    return changeRows(
      own[0]!,
      own.map((row) => ({ step: row.step, circuit: collapse(circuitOfRow(row, file)) })),
    );
  });
}
