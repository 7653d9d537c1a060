import * as Plot from "@observablehq/plot";
import { draw } from "../figures/draw.ts";
import { asPercent } from "../format.ts";
import { runLabels } from "../results.ts";
import type { ExhibitMaker } from "./exhibit.ts";

const NODES = "nodes";
const EDGES = "edges";

/** Change rates of the circuit's nodes and edges. */
export const change: ExhibitMaker = ({ changes }) => {
  if (changes.length === 0) return undefined;
  const label = runLabels(changes);
  const points = changes.flatMap(({ reference, toStep, nodeChangeRate, edgeChangeRate, ...run }) => {
    const line = label(run);
    const panel = reference === "previous" ? "since the previous checkpoint" : "since checkpoint 0";
    return [
      { line, panel, toStep, what: NODES, value: nodeChangeRate },
      { line, panel, toStep, what: EDGES, value: edgeChangeRate },
    ];
  });
  const position = {
    x: "toStep",
    y: "value",
    z: ({ line, what }: (typeof points)[number]) => line + what,
    fx: "panel",
  } as const;
  return {
    id: "change",
    title: "Change of nodes and edges",
    caption:
      "Nodes and edges added or removed, over their number at checkpoint 0, one line per run (q, k and v of a head counted as one edge). In the paper edges change two to four times as fast as nodes.",
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
      { name: "plan" },
      { name: "draw" },
      { name: "seed" },
      { name: "reference", label: "compared with" },
      { name: "fromStep" },
      { name: "toStep" },
      { name: "nodesAfter", label: "nodes" },
      { name: "nodesAdded" },
      { name: "nodesRemoved" },
      { name: "nodeChangeRate", label: "node change", format: asPercent },
      { name: "edgesAfter", label: "edges" },
      { name: "edgesAdded" },
      { name: "edgesRemoved" },
      { name: "edgesAddedAtChangedNodes", label: "added at changed nodes" },
      { name: "edgesRemovedAtChangedNodes", label: "removed at changed nodes" },
      { name: "edgeChangeRate", label: "edge change", format: asPercent },
      { name: "nodeJaccard", label: "node Jaccard", format: (value) => value.toFixed(3) },
      { name: "edgeJaccard", label: "edge Jaccard", format: (value) => value.toFixed(3) },
    ],
    rows: changes.map((row) => [
      row.plan,
      row.draw,
      row.seed,
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
