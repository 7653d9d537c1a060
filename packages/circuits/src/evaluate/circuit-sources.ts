/** The circuits for an evaluate stage: those of circuits.arrow, and files of the EAP-IG library. */
import { resolve } from "node:path";
import {
  type CheckpointKey,
  type CircuitKey,
  circuitsSchema,
  isSameCheckpoint,
  scanTable,
  tablePath,
  UserError,
} from "@ft/artifacts";
import {
  checkSameGraph,
  circuitOf,
  circuitOfRow,
  type EdgeSet,
  type Graph,
  readGraphFile,
  sizeOf,
} from "@ft/graph";
import { type ModelChoice, modelsOf, modelsOfFiles } from "./models.ts";

/** A circuit to evaluate, and the checkpoint whose model it is evaluated in. */
export interface Candidate {
  circuit: CircuitKey;
  model: CheckpointKey;
}

export interface CandidateWithEdges extends Candidate {
  edges: EdgeSet;
}

/** A source of circuits. They are listed without their edges, which are read for each model, so only those evaluated together are in memory. */
export interface CircuitSource {
  list(): Candidate[];
  read(model: CheckpointKey): Iterable<CandidateWithEdges>;
}

interface Place {
  /** The model's graph, which circuits must be of. */
  graph: Graph;
  choices: readonly ModelChoice[];
  /** All checkpoints. */
  checkpoints: readonly CheckpointKey[];
}

/** The circuits of a circuits.arrow, in its order. */
export function tableSource(folder: string, { graph, choices, checkpoints }: Place): CircuitSource {
  const file = tablePath(folder, circuitsSchema);
  function* rows() {
    for (const row of scanTable(file, circuitsSchema)) {
      const { plan, draw, seed, step, sample, rule, size, index } = row;
      const circuit = { plan, draw, seed, step, sample, rule, size, index };
      yield { row, circuit, models: modelsOf(circuit, choices, checkpoints) };
    }
  }
  return {
    list: () => [...rows()].flatMap(({ circuit, models }) => models.map((model) => ({ circuit, model }))),
    *read(wanted) {
      for (const { row, circuit, models } of rows()) {
        const model = models.find((key) => isSameCheckpoint(key, wanted));
        if (!model) continue;
        const { graph: own, edges } = circuitOfRow(row, file);
        checkSameGraph(graph, own);
        yield { circuit, model, edges };
      }
    },
  };
}

/**
 * Circuits as graph files of the EAP-IG library, which belong to no run: each is evaluated at every chosen checkpoint, and
 * listed under that checkpoint.
 *
 * @throws UserError if a file is not a circuit of the model
 */
export function fileSource(files: readonly string[], folder: string, place: Place): CircuitSource {
  const circuits = files.map((name) => {
    const file = resolve(folder, name);
    const { graph, edges } = circuitOf(readGraphFile(file));
    if (!graph.equals(place.graph)) {
      throw new UserError("the circuit belongs to a model with other dimensions", {
        file,
        value: graph.describe(),
        remedy: `the model has ${place.graph.describe()}`,
      });
    }
    return { rule: `file ${name}`, size: sizeOf(edges) / graph.edges, edges };
  });
  const candidates = (model: CheckpointKey) =>
    circuits.map(({ rule, size, edges }) => ({
      circuit: { ...model, sample: "all", rule, size, index: 0 },
      model,
      edges,
    }));
  const models = modelsOfFiles(place.choices, place.checkpoints);
  return {
    list: () => models.flatMap(candidates),
    read: (wanted) => models.filter((model) => isSameCheckpoint(model, wanted)).flatMap(candidates),
  };
}
