import { count, fraction, runColumns } from "./run.ts";
import { defineTable, float64, int32, type RowOf, utf8 } from "./schema.ts";

/** How well circuits of each size do their model's work. */
export const circuitsSchema = defineTable({
  name: "circuits",
  version: 1,
  file: "circuits.arrow",
  meaning: "one row a circuit, by run, seed, step, kind and fraction",
  order: { run: "together", seed: "together", step: "rises", kind: "together", fraction: "never falls" },
  columns: {
    ...runColumns,
    step: int32(count("updates", "the checkpoint")),
    kind: utf8({
      meaning: "found: the edges with the largest scores; random: as many drawn at random",
      oneOf: ["found", "random"],
    }),
    fraction: float64(fraction("edges selected, of all edges of the graph")),
    selectedEdges: int32(count("edges", "edges selected, q, k and v apart")),
    edges: int32(count("edges", "edges left after pruning to the connected part, q, k and v apart")),
    collapsedEdges: int32(count("edges", "edges left after pruning, q, k and v counted as one")),
    nodes: int32(count("nodes", "nodes left after pruning")),
    metric: utf8({ meaning: "what the circuit is judged by, such as logit-diff" }),
    modelMetric: float64({ meaning: "the metric of the whole model" }),
    circuitMetric: float64({ meaning: "the metric with every edge outside the circuit patched" }),
    faithfulness: float64({ unit: "percent", meaning: "how near the circuit's metric comes to the model's" }),
    modelAccuracy: float64(fraction("exact match of the whole model")),
    circuitAccuracy: float64(fraction("exact match of the circuit")),
  },
});

export type CircuitRow = RowOf<typeof circuitsSchema>;
