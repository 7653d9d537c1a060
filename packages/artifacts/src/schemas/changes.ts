import { count, fraction, ruleColumn, runColumns, runOrder, sampleColumn, sizeColumn } from "./run.ts";
import { defineTable, float64, int32, type RowOf, utf8 } from "./schema.ts";

const nodes = (meaning: string) => int32(count("nodes", meaning));
const edges = (meaning: string) => int32(count("edges", meaning));
const rate = (meaning: string) => float64({ unit: "fraction", meaning, minimum: 0 });

/** How a circuit changed from one checkpoint to another. A head's q, k and v edges are counted as one. */
export const changesSchema = defineTable({
  name: "changes",
  version: 2,
  file: "changes.arrow",
  meaning: "one row per pair of checkpoints, by plan, draw, seed, sample, rule, size, reference and step",
  order: {
    ...runOrder,
    sample: "together",
    rule: "together",
    size: "rises",
    reference: "together",
    fromStep: "never falls",
    toStep: "rises",
  },
  columns: {
    ...runColumns,
    sample: sampleColumn,
    rule: ruleColumn,
    size: sizeColumn,
    reference: utf8({
      meaning: "previous: compared with the previous checkpoint; first: with checkpoint 0",
      oneOf: ["previous", "first"],
    }),
    fromStep: int32(count("updates", "the earlier checkpoint")),
    toStep: int32(count("updates", "the later checkpoint")),
    nodesBefore: nodes("in the circuit at fromStep"),
    nodesAfter: nodes("in the circuit at toStep"),
    nodesAdded: nodes("only in the later circuit"),
    nodesRemoved: nodes("only in the earlier circuit"),
    nodeJaccard: float64(fraction("nodes in both circuits, over nodes in either")),
    nodeChangeRate: rate("nodes added and removed, over the nodes at checkpoint 0; may exceed 1"),
    edgesBefore: edges("in the circuit at fromStep"),
    edgesAfter: edges("in the circuit at toStep"),
    edgesAdded: edges("only in the later circuit"),
    edgesRemoved: edges("only in the earlier circuit"),
    edgesAddedAtChangedNodes: edges("added, with an end that is itself an added node"),
    edgesRemovedAtChangedNodes: edges("removed, with an end that is itself a removed node"),
    edgeJaccard: float64(fraction("edges in both circuits, over edges in either")),
    edgeChangeRate: rate("edges added and removed, over the edges at checkpoint 0; may exceed 1"),
  },
  problem({ fromStep, toStep }) {
    return fromStep < toStep ? undefined : `step ${toStep} is not after step ${fromStep}`;
  },
});

export type ChangeRow = RowOf<typeof changesSchema>;
