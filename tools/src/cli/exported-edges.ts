/** Every edge of checkpoints by name. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type CheckpointKey,
  circuitsSchema,
  createProvenance,
  type EdgeRow,
  inputFolder,
  isSameCheckpoint,
  isSameRun,
  type Provenance,
  type ScoresRow,
  scanTable,
  scoresSchema,
  UserError,
  verifyFile,
} from "@ft/artifacts";
import {
  circuitOfRow,
  type EdgeSet,
  edgeCount,
  GraphNames,
  mainChoice,
  rankEdges,
  scoresOfRow,
  topCircuit,
} from "@ft/graph";

/** The checkpoints and the size of circuit to export; by default all, and the main one. */
export interface EdgesPick {
  plan?: string;
  draw?: number;
  seed?: number;
  step?: number | "first" | "last";
  /** Share of all edges. */
  size?: number;
}

/** The paper's share of edges. */
const SIZE = 0.05;

/**
 * The edges of every chosen checkpoint, the largest |score| first, one checkpoint in memory at a time.
 *
 * @param folder of an attribute stage, or of a circuits stage, whose scores are next to it
 * @throws UserError if there are no scores, or none is chosen
 */
export async function exportedEdges(
  folder: string,
  pick: EdgesPick,
): Promise<{ rows: Iterable<EdgeRow>; provenance: Provenance }> {
  const circuits = join(folder, circuitsSchema.file);
  const hasCircuits = existsSync(circuits);
  const file = hasCircuits ? scoresOf(circuits) : join(folder, scoresSchema.file);
  const manifest = verifyFile(hasCircuits ? circuits : file);
  const circuitAt = hasCircuits ? circuitsAt(folder, pick.size) : topAt(pick.size ?? SIZE);
  const wanted = wantedSteps(file, pick);
  function* rows(): Generator<EdgeRow> {
    for (const row of scanTable(file, scoresSchema)) {
      if (row.sample !== "all" || !wanted.some((key) => isSameCheckpoint(key, row))) continue;
      const { graph, scores } = scoresOfRow(row, file);
      const names = new GraphNames(graph);
      const order = rankEdges(graph, scores);
      const circuit = circuitAt(row, order);
      const { plan, draw, seed, step, sample } = row;
      for (const [i, edge] of order.entries()) {
        yield {
          ...{ plan, draw, seed, step, sample },
          edge: names.edge(edge),
          ...names.ends(edge),
          score: scores[edge]!,
          rank: i + 1,
          inCircuit: circuit[edge] === 1,
        };
      }
    }
  }
  const inputs = { [hasCircuits ? "circuits" : "scores"]: manifest.sha256 };
  return { rows: rows(), provenance: createProvenance({ inputs, runs: manifest.runs, config: { ...pick } }) };
}

/**
 * The scores that circuits were selected by: those of the stage that their manifest names.
 * @throws UserError if they no longer exist or have changed
 */
export function scoresOf(circuits: string): string {
  const { inputs } = verifyFile(circuits);
  const input = Object.keys(inputs).find((name) => name.startsWith("scores/"));
  const stage = input?.split("/")[1] ?? "";
  const file = join(inputFolder(dirname(dirname(circuits)), stage), scoresSchema.file);
  if (input !== undefined && existsSync(file) && verifyFile(file).sha256 === inputs[input]) return file;
  throw new UserError("the scores from which the circuits were selected no longer exist", {
    file,
    remedy: "give the folder of the attribute stage",
  });
}

/** The chosen checkpoints. */
function wantedSteps(file: string, { plan, draw, seed, step }: EdgesPick): CheckpointKey[] {
  const all = Array.from(scanTable(file, scoresSchema), ({ scores: _, ...key }): CheckpointKey => key);
  const runs = all.filter(
    (key) =>
      (plan === undefined || key.plan === plan) &&
      (draw === undefined || key.draw === draw) &&
      (seed === undefined || key.seed === seed),
  );
  const isWanted = (key: CheckpointKey) => {
    if (step === undefined) return true;
    const own = runs.filter((other) => isSameRun(other, key));
    return key.step === (step === "first" ? own[0]!.step : step === "last" ? own.at(-1)!.step : step);
  };
  const wanted = runs.filter(isWanted);
  if (wanted.length > 0) return wanted;
  throw new UserError("there is no such checkpoint", {
    file,
    value: { plan, draw, seed, step },
    remedy: `plans are ${[...new Set(all.map((key) => key.plan))].join(", ")}; steps ${[...new Set(all.map((key) => key.step))].join(", ")}`,
  });
}

type CircuitAt = (row: ScoresRow, order: Int32Array) => EdgeSet;

function topAt(size: number): CircuitAt {
  return (row, order) => {
    const { graph } = scoresOfRow(row, scoresSchema.file);
    return topCircuit(graph, order, edgeCount(graph, size));
  };
}

/** The main circuit of each checkpoint; undefined if it has no circuit. */
function circuitsAt(folder: string, size: number | undefined): CircuitAt {
  const choice = mainChoice(folder, size);
  const file = join(folder, circuitsSchema.file);
  const main = Array.from(scanTable(file, circuitsSchema)).filter(
    ({ sample, rule, size }) => sample === choice.sample && rule === choice.rule && size === choice.size,
  );
  return (row) => {
    const found = main.find((one) => isSameCheckpoint(one, row));
    return found ? circuitOfRow(found, file).edges : scoresOfRow(row, file).graph.emptySet();
  };
}
