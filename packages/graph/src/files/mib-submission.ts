/** Submissions to the circuit track of MIB (Mueller et al. 2025), in the layout of its README. */

import { mibFractions } from "../measures/curve.ts";
import { edgeCount, topCircuit } from "../select/rank.ts";
import type { CircuitFormat } from "./graph-file.ts";
import { graphFileBytes } from "./graph-file.ts";
import type { CircuitToWrite } from "./write-circuit-json.ts";

/** The names of folders that MIB evaluates: a task and a model. Its evaluation skips others. */
export const mibNames: readonly string[] = [
  "ioi_gpt2",
  "ioi_qwen2.5",
  "ioi_gemma2",
  "ioi_llama3",
  "ioi_interpbench",
  "mcqa_qwen2.5",
  "mcqa_gemma2",
  "mcqa_llama3",
  "arithmetic-addition_llama3",
  "arithmetic-subtraction_llama3",
  "arc-easy_gemma2",
  "arc-easy_llama3",
  "arc-challenge_llama3",
];

/** A task's and a model's folder of scores: its only file, with a score for every edge. */
export function mibImportances(
  circuit: CircuitToWrite,
  format: CircuitFormat,
): Map<string, Uint8Array | string> {
  const file = `importances.${format}`;
  return new Map([[file, graphFileBytes(file, circuit)]]);
}

/**
 * A task's and a model's folder of circuits: nine files, of at most 0.1, 0.2, 0.5, 1, 2, 5, 10, 20 and 50% of the edges, each the
 * first edges of an order, pruned. MIB prescribes no names; scores are 1 in the circuit and 0 outside, since the library
 * cannot read a file without.
 *
 * @param order every edge, the first to choose first; see `SelectionRule.rank`
 */
export function mibCircuits(
  circuit: CircuitToWrite,
  order: Int32Array,
  format: CircuitFormat,
): Map<string, Uint8Array | string> {
  const { graph } = circuit;
  return new Map(
    mibFractions
      .filter((fraction) => fraction < 1)
      .map((fraction) => {
        const edges = topCircuit(graph, order, edgeCount(graph, fraction));
        const file = `top-${Number((100 * fraction).toPrecision(3))}-percent.${format}`;
        const contents = { ...circuit, edges, scores: Float64Array.from(edges), nodeScores: undefined };
        return [file, graphFileBytes(file, contents)];
      }),
  );
}
