import { checkpointColumns, count, fraction, ruleColumn, runOrder, sampleColumn, sizeColumn } from "./run.ts";
import { defineTable, float64, int32, nullable, type RowOf, utf8 } from "./schema.ts";

/** Why two circuits are compared. */
export const comparisonKinds = [
  "fine-tuning",
  "transition",
  "seeds",
  "halves",
  "splits",
  "bootstrap",
  "perturbed",
  "jitter",
  "churn",
] as const;

const nodes = (meaning: string) => int32(count("nodes", meaning));
const edges = (meaning: string) => int32(count("edges", meaning));
const rate = (meaning: string) => float64({ unit: "fraction", meaning, minimum: 0 });

/**
 * Circuits compared in pairs, to tell what fine-tuning changes from what other examples, another seed, or chance change.
 * A head's q, k and v edges are counted as one.
 */
export const comparisonsSchema = defineTable({
  name: "comparisons",
  version: 2,
  file: "comparisons.arrow",
  meaning: "one row per pair of circuits of the same rule and size, by run and kind",
  order: {
    ...runOrder,
    kind: "together",
    step: "together",
    sample: "together",
    otherSeed: "together",
    otherStep: "together",
    otherSample: "together",
    index: "rises",
  },
  columns: {
    ...checkpointColumns,
    sample: sampleColumn,
    rule: ruleColumn,
    size: sizeColumn,
    kind: utf8({
      meaning:
        "fine-tuning: the run's last checkpoint compared with its first; transition: a checkpoint compared with the one before, in runs with more than two; seeds: the same step of another seed's run; halves, splits: disjoint parts of the examples; bootstrap: a resample, with all; perturbed: examples whose clean and corrupted prompt changed places, with all; jitter: the circuit's scores multiplied by exp(strength N(0, 1)); churn: a share of the circuit's edges replaced by random ones",
      oneOf: comparisonKinds,
    }),
    otherSeed: int32({ meaning: "the seed of the second circuit's run, whose plan and draw are the same" }),
    otherStep: int32(
      count(
        "updates",
        "the second circuit's checkpoint; for jitter and churn, the one up to which the change since the first is imitated",
      ),
    ),
    otherSample: sampleColumn,
    index: int32({ meaning: "number of the random draw, from 1; 0 if nothing is drawn", minimum: 0 }),
    strength: nullable(
      float64({
        meaning:
          "strength of jitter or churn at which as many edges change on average as between the two checkpoints; null for other kinds",
        minimum: 0,
      }),
    ),
    nodes: nodes("in the first circuit"),
    otherNodes: nodes("in the second circuit"),
    nodeJaccard: float64(fraction("nodes in both circuits, over nodes in either")),
    nodeChangeRate: rate(
      "nodes in only one of them, over the nodes of the run's first circuit; may exceed 1",
    ),
    edges: edges("in the first circuit"),
    otherEdges: edges("in the second circuit"),
    edgeJaccard: float64(fraction("edges in both circuits, over edges in either")),
    edgeChangeRate: rate(
      "edges in only one of them, over the edges of the run's first circuit; may exceed 1",
    ),
  },
});

export type ComparisonRow = RowOf<typeof comparisonsSchema>;
