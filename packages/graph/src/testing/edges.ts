/** Graphs, sets of edges and circuits for tests: generated, or by name. */

import fc from "fast-check";
import { type Circuit, type CollapsedCircuit, collapse, edgesIn } from "../circuit.ts";
import { createGraph, type EdgeSet, type Graph } from "../graph.ts";
import { GraphNames, parseEdge } from "../names.ts";

/** Small graphs of either kind. */
export const graphs: fc.Arbitrary<Graph> = fc
  .record({
    layers: fc.integer({ min: 1, max: 4 }),
    heads: fc.integer({ min: 1, max: 3 }),
    parallel: fc.boolean(),
  })
  .map(createGraph);

/** A graph and a set of its edges, sparse and dense ones alike. */
export const graphsWithEdges: fc.Arbitrary<{ graph: Graph; set: EdgeSet }> = graphs.chain((graph) =>
  fc
    .record({
      share: fc.integer({ min: 0, max: 100 }),
      draws: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: graph.edges, maxLength: graph.edges }),
    })
    .map(({ share, draws }) => ({ graph, set: Uint8Array.from(draws, (draw) => (draw < share ? 1 : 0)) })),
);

/** The set of the edges named. */
export function edgeSet(graph: Graph, ...edges: string[]): EdgeSet {
  return circuitNamed(graph, Object.fromEntries(edges.map((edge) => [edge, 1]))).edges;
}

/** The names of a set's edges, in the graph's order. */
export function edgeNames(graph: Graph, set: EdgeSet): string[] {
  const names = new GraphNames(graph);
  return edgesIn(set).map((edge) => names.edge(edge));
}

/** The circuit of the edges named, with their scores; the others score 0. */
export function circuitNamed(graph: Graph, scores: Record<string, number>): Circuit {
  const names = new GraphNames(graph);
  const circuit = { graph, edges: graph.emptySet(), scores: new Float64Array(graph.edges) };
  for (const [name, score] of Object.entries(scores)) {
    const edge = names.edgeIndex(name);
    circuit.edges[edge] = 1;
    circuit.scores[edge] = score;
  }
  return circuit;
}

/** A collapsed circuit of edges named without ports; its nodes are their ends. */
export function collapsedNamed(graph: Graph, scores: Record<string, number>): CollapsedCircuit {
  const names = new GraphNames(graph);
  const edges = Object.entries(scores).map(([name, score]) => {
    const { source, destination } = parseEdge(name)!;
    return { source: names.findNode(source)!, destination: names.findNode(destination)!, score };
  });
  return {
    graph,
    nodes: new Set(edges.flatMap(({ source, destination }) => [source, destination])),
    edges: new Map(edges.map(({ source, destination, score }) => [graph.pair(source, destination), score])),
  };
}

/** The collapsed circuit of {@link circuitNamed}, or a collapsed one, with names. */
export function named(circuit: Circuit | CollapsedCircuit): {
  nodes: string[];
  edges: Record<string, number>;
} {
  const names = new GraphNames(circuit.graph);
  const { nodes, edges } = "scores" in circuit ? collapse(circuit) : circuit;
  return {
    nodes: [...nodes].sort((a, b) => a - b).map((node) => names.nodes[node]!),
    edges: Object.fromEntries([...edges].map(([pair, score]) => [names.pair(pair), score])),
  };
}
