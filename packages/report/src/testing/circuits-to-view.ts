/** Circuits for tests of the interactive page. */
import { createGraph, type Graph } from "@ft/graph";
import { collapsedNamed } from "../../../graph/src/testing/edges.ts";
import { decodeCircuits } from "../circuit-view/browser/circuit.js";
import { type CircuitsToView, embedCircuits } from "../circuit-view/embed.ts";
import { graph } from "./results.ts";

/** Three checkpoints of a model of two layers with two heads. From the first to the last, an edge each is kept, removed and added, and one was there only between. */
export const threeCheckpoints: CircuitsToView = {
  title: "Made up & <small>",
  about: "From a test.",
  checkpoints: [
    collapsedNamed(graph, { "input->a0.h1": 4, "a0.h1->logits": -2, "input->m0": 0.5 }),
    collapsedNamed(graph, { "input->a0.h1": 3, "input->m1": 1 }),
    collapsedNamed(graph, { "input->a0.h1": 40, "a0.h1->logits": 30, "m0->logits": -10 }),
  ].map((circuit, i) => ({ name: `step ${i}`, circuit })),
};

/** {@link threeCheckpoints} as the page has them. */
export const circuits = decodeCircuits(embedCircuits(threeCheckpoints));

/** The index of an edge, by the names of its ends. */
export function edgeOf(source: string, destination: string): number {
  const [from, to] = [circuits.nodes.indexOf(source), circuits.nodes.indexOf(destination)];
  return circuits.sources.findIndex((node, edge) => node === from && circuits.destinations[edge] === to);
}

/** Two circuits as large as the paper's of Pythia-1.4B: some 8,800 edges each, half of them in both. */
export function largeCircuits(): CircuitsToView {
  const large = createGraph({ layers: 24, heads: 16, parallel: true });
  return {
    title: "Made up, as large as Pythia-1.4B's",
    about: "From a test.",
    checkpoints: [2, 3].map((residue, i) => ({
      name: `step ${i}`,
      circuit: { graph: large, nodes: new Set<number>(), edges: everySome(large, residue) },
    })),
  };
}

/** Two of fourteen of a graph's pairs of nodes with an edge, scattered, with scores from 1 down to 1e-4. */
function everySome(graph: Graph, residue: number): Map<number, number> {
  const edges = new Map<number, number>();
  for (let edge = 0; edge < graph.edges; edge++) {
    const pair = graph.pair(graph.sourceOf[edge]!, graph.endOf(edge));
    const scattered = (pair * 48_271) % 65_521;
    if (scattered % 14 === residue || scattered % 14 === residue + 1)
      edges.set(pair, 10 ** (-4 * ((scattered % 997) / 997)));
  }
  return edges;
}
