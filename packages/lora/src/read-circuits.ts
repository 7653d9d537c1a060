/** Circuits from edges.arrow, or one from a graph file of the EAP-IG library. */

import { existsSync, statSync } from "node:fs";
import { edgesSchema, scanTable, tablePath, UserError } from "@ft/artifacts";
import {
  type Circuit,
  circuitOf,
  collapseEdges,
  parseNode,
  readCircuitJson,
  type ScoredEdge,
} from "@ft/graph";

/** The circuit of one checkpoint. */
export interface CheckpointCircuit {
  run: string;
  seed: number;
  step: number;
  circuit: Circuit;
}

/**
 * Every checkpoint's main circuit in a table of edges, q, k and v collapsed, in the table's order: by run, seed, step.
 * The table scores all edges of the graph, so its names tell how many layers the model has.
 * @param folderOrFile an edges.arrow, or the folder that holds one
 */
export function readCircuits(folderOrFile: string): CheckpointCircuit[] {
  const checkpoints = new Map<string, Omit<CheckpointCircuit, "circuit"> & { edges: ScoredEdge[] }>();
  let layers = 0;
  for (const { run, seed, step, source, destination, score, inCircuit } of scanTable(
    folderOrFile,
    edgesSchema,
  )) {
    const place = parseNode(source);
    if (!place || !parseNode(destination)) {
      throw new UserError("an edge's end is not a node", {
        file: tablePath(folderOrFile, edgesSchema),
        value: `${source}->${destination}`,
        remedy: "nodes are input, a0.h0 (layer, head), m0 (layer) and logits",
      });
    }
    if ("layer" in place) layers = Math.max(layers, place.layer + 1);
    const key = JSON.stringify([run, seed, step]);
    if (!checkpoints.has(key)) checkpoints.set(key, { run, seed, step, edges: [] });
    if (inCircuit) checkpoints.get(key)!.edges.push({ source, destination, score });
  }
  return [...checkpoints.values()].map(({ edges, ...at }) => ({
    ...at,
    circuit: collapseEdges(layers, edges),
  }));
}

/** Which of the circuits in a table is meant. */
export interface CircuitPick {
  /** Needed when the table has several runs. */
  run?: string;
  /** Needed when the run has several seeds. */
  seed?: number;
  /** A checkpoint, or the first or last there is. */
  step: number | "first" | "last";
}

/**
 * One circuit of a file: the whole of a graph file (.json), or the one picked from an edges.arrow or its folder.
 * @throws UserError when there is no such file, or not exactly one circuit is meant
 */
export function readCircuit(path: string, pick: CircuitPick): Circuit {
  if (path.endsWith(".json")) return circuitOf(readCircuitJson(path));
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (!isFolder && !path.endsWith(".arrow")) {
    throw new UserError("this is not a circuit", {
      file: path,
      remedy: "give an edges.arrow, the folder that holds one, or a graph file (.json) of the EAP-IG library",
    });
  }
  const circuits = readCircuits(path);
  const ofRun = only(circuits, "run", pick.run, path);
  const ofSeed = only(ofRun, "seed", pick.seed, path);
  if (pick.step === "first") return ofSeed[0]!.circuit;
  if (pick.step === "last") return ofSeed.at(-1)!.circuit;
  return only(ofSeed, "step", pick.step, path)[0]!.circuit;
}

/** The circuits with the wanted value, or all of them if they have but one. */
function only<Key extends "run" | "seed" | "step">(
  circuits: readonly CheckpointCircuit[],
  key: Key,
  wanted: CheckpointCircuit[Key] | undefined,
  file: string,
): CheckpointCircuit[] {
  const values = [...new Set(circuits.map((circuit) => circuit[key]))];
  const value = wanted ?? (values.length === 1 ? values[0] : undefined);
  const found = circuits.filter((circuit) => circuit[key] === value);
  if (found.length > 0) return found;
  const problem =
    wanted === undefined
      ? `the table has not one ${key} but ${values.length}`
      : `the table has no such ${key}`;
  throw new UserError(problem, {
    file,
    place: key,
    value: wanted,
    remedy: `choose one of ${values.join(", ")}`,
  });
}
