/** Circuits from the tables of stages, or from a graph file of the EAP-IG library. */

import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  bulleted,
  type CheckpointKey,
  type CircuitKey,
  type CircuitRow,
  changesSchema,
  circuitsSchema,
  type ScoresRow,
  scanTable,
  scoresSchema,
  tablePath,
  UserError,
} from "@ft/artifacts";
import { type Circuit, type CollapsedCircuit, collapse } from "./circuit.ts";
import { circuitOf, collapsedCircuitOf } from "./files/circuit-file.ts";
import { isGraphFile, readGraphFile } from "./files/graph-file.ts";
import { circuitOfRow, scoresOfRow } from "./rows.ts";
import { isControl } from "./select/controls.ts";
import { edgeCount, rankEdges, topCircuit } from "./select/rank.ts";

/** A kind of circuits: the examples they are found on, the rule and the size. */
export type CircuitChoice = Pick<CircuitKey, "sample" | "rule" | "size">;

/** The circuit of a checkpoint, with q, k and v collapsed. */
export interface CheckpointCircuit extends CheckpointKey, CircuitChoice {
  circuit: CollapsedCircuit;
}

/**
 * The main circuits of a folder: those on all examples that changes.arrow compares or, if it compares none, those in
 * circuits.arrow that are not controls.
 *
 * @param size needed if there are main circuits of several sizes
 * @throws UserError unless exactly one kind matches
 */
export function mainChoice(folder: string, size?: number): CircuitChoice {
  const found = new Map<string, CircuitChoice>();
  const add = (row: CircuitChoice) => {
    if (row.sample !== "all" || isControl(row.rule) || (size !== undefined && row.size !== size)) return;
    found.set(JSON.stringify([row.rule, row.size]), { sample: row.sample, rule: row.rule, size: row.size });
  };
  if (existsSync(tablePath(folder, changesSchema)))
    for (const row of scanTable(folder, changesSchema)) add(row);
  if (found.size === 0) for (const row of scanTable(folder, circuitsSchema)) add(row);
  const [choice, ...others] = found.values();
  if (choice && others.length === 0) return choice;
  const known = [choice, ...others].flatMap((one) => (one ? [`${one.rule}, ${one.size} of the edges`] : []));
  throw new UserError(
    choice ? bulleted("there are main circuits of several kinds", known) : "there is no such circuit",
    {
      file: tablePath(folder, circuitsSchema),
      ...(size !== undefined && { value: size }),
      remedy: "give the size of one of them",
    },
  );
}

/** Every checkpoint's main circuit as a row, in the table's order: by run and step. @param folder of a circuits stage */
export function readMainRows(folder: string, size?: number): CircuitRow[] {
  const choice = mainChoice(folder, size);
  const isMain = ({ sample, rule, size }: CircuitRow) =>
    sample === choice.sample && rule === choice.rule && size === choice.size;
  return Array.from(scanTable(folder, circuitsSchema)).filter(isMain);
}

/** {@link readMainRows} as circuits, with q, k and v collapsed. */
export function readMainCircuits(folder: string, size?: number): CheckpointCircuit[] {
  const file = tablePath(folder, circuitsSchema);
  return readMainRows(folder, size).map((row) => {
    const { plan, draw, seed, step, sample, rule, size } = row;
    const circuit = collapse(circuitOfRow(row, file));
    return { ...{ plan, draw, seed, step, sample, rule, size }, circuit };
  });
}

/** Selects one of the checkpoints in a table. */
export interface CheckpointPick {
  /** Required if the table has several plans. */
  plan?: string | undefined;
  /** Required if the plan has several draws. */
  draw?: number | undefined;
  /** Required if the plan has several seeds. */
  seed?: number | undefined;
  /** A checkpoint, or the first or last there is. */
  step: number | "first" | "last";
}

/** Selects one of the circuits in a table. */
export interface CircuitPick extends CheckpointPick {
  /** Fraction of all edges; required if there are several. @default for scores: 0.05 */
  size?: number | undefined;
}

/** The paper's fraction of edges. */
const SIZE = 0.05;

/** A circuit from a file or a stage. */
export interface FoundCircuit {
  file: string;
  collapsed: CollapsedCircuit;
  /** The circuit with separate q, k and v; undefined if the file has them collapsed. */
  circuit?: Circuit;
  /** Width of the residual stream, if the file says it. */
  dModel?: number;
  /** A score for every source, if a graph file has them. */
  nodeScores?: Float64Array;
  /** The checkpoint of a table; undefined for a graph file. */
  step?: number;
}

/**
 * A single circuit: a whole graph file (.json or .pt), the one selected from the tables of a circuits stage, or, for an
 * attribute stage, the edges with the largest scores.
 *
 * @param path a graph file, or a stage's folder or table
 * @throws UserError if there is no such file, or not exactly one circuit matches
 */
export function findCircuit(path: string, pick: CircuitPick): FoundCircuit {
  if (isGraphFile(path)) return fromGraphFile(path);
  const { file, rows } = circuitsInTable(path, pick.size);
  return fromTable(file, pickCheckpoint(rows, pick, file));
}

/**
 * The circuits of a run in the order of its checkpoints; of a graph file, its only one.
 *
 * @param path as of {@link findCircuit}
 * @throws UserError if the file does not exist, or the selection does not match exactly one run
 */
export function findRunCircuits(path: string, pick: Omit<CircuitPick, "step">): FoundCircuit[] {
  if (isGraphFile(path)) return [fromGraphFile(path)];
  const { file, rows } = circuitsInTable(path, pick.size);
  return pickRun(rows, pick, file).map((row) => fromTable(file, row));
}

function fromGraphFile(path: string): FoundCircuit {
  const file = readGraphFile(path);
  const { collapsed, dModel, nodeScores } = file;
  return {
    file: path,
    collapsed: collapsedCircuitOf(file),
    ...(!collapsed && { circuit: circuitOf(file) }),
    ...(dModel !== undefined && { dModel }),
    ...(nodeScores && { nodeScores }),
  };
}

function fromTable(file: string, { step, read }: TableCircuit): FoundCircuit {
  const circuit = read();
  return { file, circuit, collapsed: collapse(circuit), step };
}

/** {@link findCircuit} with q, k and v collapsed. */
export function readCircuit(path: string, pick: CircuitPick): CollapsedCircuit {
  return findCircuit(path, pick).collapsed;
}

/** A checkpoint of a stage's table, whose circuit is read on demand. */
interface TableCircuit extends CheckpointKey {
  read: () => Circuit;
}

function circuitsInTable(path: string, size: number | undefined): { file: string; rows: TableCircuit[] } {
  const folder = path.endsWith(".arrow") ? dirname(path) : path;
  const has = (file: string) => existsSync(join(folder, file)) && (path === folder || path.endsWith(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    if (has(circuitsSchema.file)) {
      const file = tablePath(folder, circuitsSchema);
      const rows = readMainRows(folder, size);
      return { file, rows: rows.map((row) => ({ ...row, read: () => circuitOfRow(row, file) })) };
    }
    if (has(scoresSchema.file)) return circuitsOfScores(folder, size);
  }
  throw new UserError("this is not a circuit", {
    file: path,
    remedy:
      "give the folder of a circuits or attribute stage, its circuits.arrow or scores.arrow, or a graph file (.json or .pt) of the EAP-IG library",
  });
}

function circuitsOfScores(folder: string, size = SIZE): { file: string; rows: TableCircuit[] } {
  const file = tablePath(folder, scoresSchema);
  const rows = Array.from(scanTable(file, scoresSchema)).filter(({ sample }) => sample === "all");
  const read = (row: ScoresRow): Circuit => {
    const { graph, scores } = scoresOfRow(row, file);
    return { graph, edges: topCircuit(graph, rankEdges(graph, scores), edgeCount(graph, size)), scores };
  };
  return { file, rows: rows.map((row) => ({ ...row, read: () => read(row) })) };
}

/**
 * The selected checkpoint among the rows of a table.
 * @throws UserError unless exactly one matches
 */
export function pickCheckpoint<Row extends CheckpointKey>(
  rows: readonly Row[],
  pick: CheckpointPick,
  file: string,
): Row {
  const left = pickRun(rows, pick, file);
  if (pick.step === "first") return left[0]!;
  if (pick.step === "last") return left.at(-1)!;
  return only(left, "step", pick.step, file)[0]!;
}

/** The checkpoints of the selected run among the rows of a table. */
function pickRun<Row extends CheckpointKey>(
  rows: readonly Row[],
  pick: Omit<CheckpointPick, "step">,
  file: string,
): Row[] {
  let left = [...rows];
  for (const key of ["plan", "draw", "seed"] as const) left = only(left, key, pick[key], file);
  return left;
}

/** The rows with the wanted value; without one, all rows if they have the same value. */
function only<Row extends CheckpointKey>(
  rows: readonly Row[],
  key: keyof CheckpointKey,
  wanted: CheckpointKey[typeof key] | undefined,
  file: string,
): Row[] {
  const values = [...new Set(rows.map((row) => row[key]))];
  const value = wanted ?? (values.length === 1 ? values[0] : undefined);
  const found = rows.filter((row) => row[key] === value);
  if (found.length > 0) return found;
  const problem =
    wanted === undefined
      ? `the table has ${values.length} values of ${key}, and none is chosen`
      : `the table has no such ${key}`;
  throw new UserError(problem, {
    file,
    place: key,
    value: wanted,
    remedy: `choose one of ${values.join(", ")}`,
  });
}
