import type { EdgeRow } from "@ft/artifacts";
import { formatEdge } from "@ft/graph";
import * as Plot from "@observablehq/plot";
import { quantile } from "d3-array";
import { placeNode } from "../figures/circuit-layout.ts";
import { ADDED, draw, KEPT, REMOVED } from "../figures/draw.ts";
import { asNumber } from "../format.ts";
import { distinctSteps } from "../results.ts";
import type { ExhibitMaker } from "./exhibit.ts";

type Fate = "kept" | "added" | "removed";
const COLOURS: Record<Fate, string> = { kept: KEPT, added: ADDED, removed: REMOVED };

interface DrawnEdge {
  source: string;
  destination: string;
  fate: Fate;
  before: number | null;
  after: number | null;
}

/** The first and the last circuit of the first run side by side, with what fine-tuning added and removed. */
export const drawing: ExhibitMaker = ({ edges: all, model, config: { percentile } }) => {
  const [shown] = all;
  const edges = all.filter(({ run, seed }) => run === shown!.run && seed === shown!.seed);
  const steps = distinctSteps(edges);
  if (steps.length < 2) return undefined;
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const before = strongEdges(
    edges.filter(({ step }) => step === first),
    percentile,
  );
  const after = strongEdges(
    edges.filter(({ step }) => step === last),
    percentile,
  );
  const drawn = compare(before, after);
  const { layers, heads } = model.config;
  const panels = [`before (checkpoint ${first})`, `after (checkpoint ${last})`] as const;
  const at = (node: string) => placeNode(node, layers, heads);
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
    [...ends(which)].map((node) => ({ ...at(node), panel: panels[i]! })),
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
        curve: "bump-y",
      },
    );
  return {
    id: "circuit",
    title: "The circuit before and after",
    caption: `Edges of the two circuits of ${shown!.run}, seed ${shown!.seed}, whose |score| is above the ${percentile}th percentile of all edges (q, k and v of a head drawn as one); the input is below, the logits above, an MLP to the right of its layer's heads. Of ${drawn.length} edges, ${count(drawn, "kept")} are in both.`,
    figure: draw({
      height: 90 + 62 * (layers + 2),
      color: { legend: true, domain: ["kept", "added", "removed"], range: Object.values(COLOURS) },
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
        byFate(["added", "removed"]),
        Plot.dot(nodes, { x: "x", y: "y", fx: "panel", r: 9, fill: "white", stroke: "#444" }),
        Plot.text(nodes, {
          x: "x",
          y: "y",
          fx: "panel",
          text: ({ node }: { node: string }) =>
            node
              .replace(/^a\d+\.h/, "")
              .replace(/^m\d+$/, "m")
              .replace("input", "in")
              .replace("logits", "out"),
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
    rows: drawn.map(({ source, destination, fate, before, after }) => [
      formatEdge(source, destination),
      fate,
      before,
      after,
    ]),
  };
};

interface Collapsed {
  source: string;
  destination: string;
  score: number;
}

/** A checkpoint's circuit edges above the percentile of all its edges' |score|, q, k and v added up, by name. */
function strongEdges(rows: readonly EdgeRow[], percentile: number): Map<string, Collapsed> {
  const threshold = quantile(rows, percentile / 100, ({ score }) => Math.abs(score)) ?? 0;
  const edges = new Map<string, Collapsed>();
  for (const { inCircuit, source, destination, score } of rows) {
    if (!inCircuit || Math.abs(score) < threshold) continue;
    const name = formatEdge(source, destination);
    edges.set(name, { source, destination, score: (edges.get(name)?.score ?? 0) + score });
  }
  return edges;
}

function compare(before: Map<string, Collapsed>, after: Map<string, Collapsed>): DrawnEdge[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().map((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    const { source, destination } = (old ?? now)!;
    const fate: Fate = !old ? "added" : now ? "kept" : "removed";
    return { source, destination, fate, before: old?.score ?? null, after: now?.score ?? null };
  });
}

function count(edges: readonly DrawnEdge[], fate: Fate): number {
  return edges.filter((edge) => edge.fate === fate).length;
}
