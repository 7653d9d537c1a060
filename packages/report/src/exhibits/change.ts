import * as Plot from "@observablehq/plot";
import { draw } from "../figures/draw.ts";
import { asPercent, type ExhibitMaker } from "./exhibit.ts";

const NODES = "nodes";
const EDGES = "edges";

/** How fast the circuit's nodes and edges change. */
export const change: ExhibitMaker = ({ changes }) => {
  if (changes.length === 0) return undefined;
  const points = changes.flatMap(({ reference, toStep, nodeChangeRate, edgeChangeRate }) => {
    const panel = reference === "previous" ? "since the checkpoint before" : "since checkpoint 0";
    return [
      { panel, toStep, what: NODES, value: nodeChangeRate },
      { panel, toStep, what: EDGES, value: edgeChangeRate },
    ];
  });
  const position = { x: "toStep", y: "value", z: "what", fx: "panel" } as const;
  return {
    id: "change",
    title: "Nodes stay, edges change?",
    caption:
      "Nodes and edges added or removed, over their number at checkpoint 0 (q, k and v of a head counted as one edge). The paper finds edges to change two to four times as fast as nodes.",
    figure: draw({
      color: { legend: true, domain: [NODES, EDGES], range: ["#888888", "#D55E00"] },
      fx: { label: null },
      x: { label: "updates" },
      y: { label: "change rate (%)", percent: true, grid: true, zero: true },
      marks: [
        Plot.lineY(points, { ...position, stroke: "what" }),
        Plot.dot(points, { ...position, fill: "what", r: 2.5 }),
      ],
    }),
    columns: [
      { name: "compared with" },
      { name: "from step" },
      { name: "to step" },
      { name: "nodes" },
      { name: "nodes added" },
      { name: "nodes removed" },
      { name: "node change", format: asPercent },
      { name: "edges" },
      { name: "edges added" },
      { name: "edges removed" },
      { name: "added at changed nodes" },
      { name: "removed at changed nodes" },
      { name: "edge change", format: asPercent },
      { name: "node Jaccard", format: (value) => value.toFixed(3) },
      { name: "edge Jaccard", format: (value) => value.toFixed(3) },
    ],
    rows: changes.map((row) => [
      row.reference,
      row.fromStep,
      row.toStep,
      row.nodesAfter,
      row.nodesAdded,
      row.nodesRemoved,
      row.nodeChangeRate,
      row.edgesAfter,
      row.edgesAdded,
      row.edgesRemoved,
      row.edgesAddedAtChangedNodes,
      row.edgesRemovedAtChangedNodes,
      row.edgeChangeRate,
      row.nodeJaccard,
      row.edgeJaccard,
    ]),
  };
};
