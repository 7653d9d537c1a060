/** Graph files of the EAP-IG library in any of its formats, which their names say: .json or .pt. */
import { type Provenance, UserError, writeSealedFile } from "@ft/artifacts";
import type { CircuitFile } from "./circuit-file.ts";
import { readCircuitJson } from "./read-circuit-json.ts";
import { readCircuitTorch } from "./read-circuit-torch.ts";
import { type CircuitToWrite, formatCircuitJson } from "./write-circuit-json.ts";
import { circuitTorchBytes } from "./write-circuit-torch.ts";

/** What manifests call a graph file. */
export const graphFile = "graph of the EAP-IG library";

/** The formats of graph files, by the ends of their names. */
export const circuitFormats = ["json", "pt"] as const;
export type CircuitFormat = (typeof circuitFormats)[number];

/** Whether a path is that of a graph file, and not of a stage's folder or table. */
export function isGraphFile(path: string): boolean {
  return /\.(json|pt)$/.test(path);
}

/**
 * Reads a graph file: the library's JSON of either version, or its .pt. No code in it is run.
 * @throws UserError naming the file, the place in it and the remedy
 */
export function readGraphFile(file: string): CircuitFile {
  return file.endsWith(".pt") ? readCircuitTorch(file) : readCircuitJson(file);
}

/** Writes a graph file with every edge of the graph, as the EAP-IG library loads it, and its manifest. */
export function writeGraphFile(file: string, circuit: CircuitToWrite, provenance: Provenance): void {
  writeSealedFile(file, graphFileBytes(file, circuit), graphFile, provenance);
}

/**
 * The contents of a graph file in the format that its name says.
 * @throws UserError if it says none, or the format has no such form of nodes
 */
export function graphFileBytes(file: string, circuit: CircuitToWrite): string | Uint8Array {
  checkGraphName(file, circuit);
  return file.endsWith(".pt") ? circuitTorchBytes(circuit) : formatCircuitJson(circuit);
}

/**
 * Checks the name of a graph file to write.
 * @param option that gave the name, for errors. @default "--out"
 * @throws UserError if it says no format, or the format has no such form of nodes
 */
export function checkGraphName(
  file: string,
  { nodeForm }: Pick<CircuitToWrite, "nodeForm"> = {},
  option = "--out",
): void {
  if (!isGraphFile(file)) {
    throw new UserError(`${option} is neither a .json nor a .pt file`, {
      file,
      remedy: "name one of them: it will be a graph file",
    });
  }
  if (file.endsWith(".pt") && nodeForm === "paper") {
    throw new UserError("the paper's code reads no .pt files", {
      file,
      remedy: "name a .json file, or leave out the paper's form of nodes",
    });
  }
}
