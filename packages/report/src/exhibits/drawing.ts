import { describeRun } from "@ft/artifacts";
import { collapse, GraphNames } from "@ft/graph";
import * as Plot from "@observablehq/plot";
import { quantile } from "d3-array";
import { type Fate, fateOf, fateStyles } from "../circuit-view/browser/circuit.js";
import { placeNode, shortName } from "../circuit-view/browser/layout.js";
import type { CircuitToDraw } from "../circuits-to-draw.ts";
import { draw } from "../figures/draw.ts";
import { asNumber } from "../format.ts";
import type { ExhibitMaker } from "./exhibit.ts";

const FATES = ["kept", "added", "removed"] as const;

/** An edge of either circuit, with q, k and v counted as one. */
interface DrawnEdge {
  name: string;
  /** Its nodes. */
  source: number;
  destination: number;
  fate: Fate;
  before: number | null;
  after: number | null;
}

/** The first and the last circuit of the first run side by side, with the edges that fine-tuning added and removed. */
export const drawing: ExhibitMaker = ({ drawn: circuits, config: { percentile } }) => {
  if (!circuits) return undefined;
  const { run, before, after } = circuits;
  const { graph } = before;
  const names = new GraphNames(graph);
  const { layers } = graph;
  const drawn = compare(names, strongEdges(before, percentile), strongEdges(after, percentile));
  const panels = [`before (checkpoint ${before.step})`, `after (checkpoint ${after.step})`] as const;
  const at = (node: number) => placeNode(graph, node);
  const links = drawn.flatMap((edge) => {
    const from = at(edge.source);
    const to = at(edge.destination);
    const link = { x1: from.x, y1: from.y, x2: to.x, y2: to.y, fate: edge.fate };
    return [
      ...(edge.before !== null ? [{ ...link, panel: panels[0] }] : []),
      ...(edge.after !== null ? [{ ...link, panel: panels[1] }] : []),
    ];
  });
  const ends = (which: "before" | "after") =>
    new Set(drawn.filter((edge) => edge[which] !== null).flatMap((edge) => [edge.source, edge.destination]));
  const nodes = (["before", "after"] as const).flatMap((which, i) =>
    [...ends(which)].map((node) => ({
      ...at(node),
      label: shortName(names.nodes[node]!),
      panel: panels[i]!,
    })),
  );
  const byFate = (fates: readonly Fate[]) =>
    Plot.link(
      links.filter(({ fate }) => fates.includes(fate)),
      {
        x1: "x1",
        y1: "y1",
        x2: "x2",
        y2: "y2",
        fx: "panel",
        stroke: ({ fate }: { fate: Fate }) => fate,
        strokeOpacity: fates.includes("kept") ? 0.5 : 0.75,
        strokeWidth: 1.1,
        strokeDasharray: fates.includes("removed") ? fateStyles.removed.dash.join(" ") : "none",
        curve: "bump-y",
      },
    );
  return {
    id: "circuit",
    title: "The circuit before and after fine-tuning",
    interactive: true,
    caption: `Edges of the two circuits of ${describeRun(run)}, whose |score| is above the ${percentile}th percentile of all edges (q, k and v of a head drawn as one); the input is below, the logits above, an MLP to the right of its layer's heads. Of ${drawn.length} edges, ${count(drawn, "kept")} are in both.`,
    figure: draw({
      height: 90 + 62 * (layers + 2),
      color: { legend: true, domain: FATES, range: FATES.map((fate) => fateStyles[fate].color) },
      fx: { label: null, domain: [...panels] },
      x: { axis: null, inset: 16 },
      y: {
        label: "layer",
        domain: [-0.3, layers + 1.3],
        ticks: Array.from({ length: layers }, (_, layer) => layer + 1),
        tickFormat: (y: number) => `${y - 1}`,
      },
      marks: [
        byFate(["kept"]),
        byFate(["removed"]),
        byFate(["added"]),
        Plot.dot(nodes, { x: "x", y: "y", fx: "panel", r: 9, fill: "white", stroke: "#444" }),
        Plot.text(nodes, {
          x: "x",
          y: "y",
          fx: "panel",
          text: "label",
          fontSize: 9,
        }),
      ],
    }),
    columns: [
      { name: "edge" },
      { name: "fate" },
      { name: "scoreBefore", format: asNumber },
      { name: "scoreAfter", format: asNumber },
    ],
    rows: drawn.map(({ name, fate, before, after }) => [name, fate, before, after]),
  };
};

/** A circuit's edges above the percentile of all edges' |score|: q, k and v of a head are summed. */
function strongEdges(circuit: CircuitToDraw, percentile: number): ReadonlyMap<number, number> {
  const { scores } = circuit;
  const threshold = quantile(scores, percentile / 100, Math.abs) ?? 0;
  const edges = circuit.edges.map((member, edge) => (Math.abs(scores[edge]!) < threshold ? 0 : member));
  return collapse({ ...circuit, edges }).edges;
}

/** The edges of either circuit, by name. */
function compare(
  names: GraphNames,
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): DrawnEdge[] {
  const drawn = [...new Set([...before.keys(), ...after.keys()])].map((pair): DrawnEdge => {
    const [old, now] = [before.get(pair), after.get(pair)];
    const fate = fateOf(old ?? Number.NaN, now ?? Number.NaN)!;
    return {
      name: names.pair(pair),
      ...names.graph.nodesOf(pair),
      fate,
      before: old ?? null,
      after: now ?? null,
    };
  });
  return drawn.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function count(edges: readonly DrawnEdge[], fate: Fate): number {
  return edges.filter((edge) => edge.fate === fate).length;
}
