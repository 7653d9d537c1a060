/** Scores of edges from the table of an attribute stage, or from a graph file of the EAP-IG library. */

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { scanTable, scoresSchema, tablePath, UserError } from "@ft/artifacts";
import { circuitOf } from "./files/circuit-file.ts";
import { isGraphFile, readGraphFile } from "./files/graph-file.ts";
import { type CheckpointPick, pickCheckpoint } from "./read-circuits.ts";
import { scoresOfRow } from "./rows.ts";
import type { ScoredGraph } from "./select/rules/rule.ts";

/**
 * The scores of every edge and, if it has them, of every node, found on all examples.
 *
 * @param path a graph file (.json or .pt), or the folder or table of an attribute stage
 * @throws UserError if there is no such file, or not exactly one checkpoint matches
 */
export function readScores(path: string, pick: CheckpointPick): ScoredGraph {
  if (isGraphFile(path)) {
    const file = readGraphFile(path);
    const { nodeScores } = file;
    return { ...circuitOf(file), ...(nodeScores && { nodeScores }) };
  }
  const file = tablePath(path.endsWith(".arrow") ? dirname(path) : path, scoresSchema);
  if (!existsSync(file)) {
    throw new UserError("there are no scores of edges", {
      file: path,
      remedy:
        "give the folder of an attribute stage, its scores.arrow, or a graph file (.json or .pt) of `ft attribute`",
    });
  }
  const rows = Array.from(scanTable(file, scoresSchema)).filter(({ sample }) => sample === "all");
  return scoresOfRow(pickCheckpoint(rows, pick, file), file);
}
