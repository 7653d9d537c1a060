/** Attribution and evaluation on a model loaded once, as stages have it for every checkpoint. */

import { attribute, evaluateCircuits, loadCircuitModel } from "@ft/circuits";
import { createGraph, setOf } from "@ft/graph";
import { graphShape, loadModel } from "@ft/model";
import type { PrepareJob } from "./job.ts";

/** EAP-IG with m = 5 and the paper's metric and grid: every edge's score. */
export const attribution: PrepareJob = async ({ ops, folder, workload, share }) => {
  const model = loadCircuitModel(ops, await loadModel(folder));
  return (examples) => attribute(ops, model, workload.pairs.slice(0, examples), { share });
};

/** One circuit's divergence from the corrupted run: of the whole model example by example, then of the circuit. */
export const evaluation: PrepareJob = async ({ ops, folder, workload, share }) => {
  const model = loadCircuitModel(ops, await loadModel(folder));
  const circuit = setOf(createGraph(graphShape(model.config)), workload.circuit);
  return (examples) => {
    const pairs = workload.pairs.slice(0, examples);
    const evaluations = evaluateCircuits(ops, model, pairs, [circuit], { share });
    return [...evaluations.model.metric, ...evaluations.circuits[0]!.metric];
  };
};
