/** Generators of graphs and of sets of edges for property tests. */

import fc from "fast-check";
import { createGraph, type EdgeSet, type Graph } from "../graph.ts";
import { GraphNames } from "../names.ts";

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
    .map(({ share, draws }) => {
      const set = graph.emptySet();
      graph.existing.forEach((edge, i) => {
        set[edge] = draws[i]! < share ? 1 : 0;
      });
      return { graph, set };
    }),
);

/** The set of the edges named. */
export function edgeSet(graph: Graph, ...edges: string[]): EdgeSet {
  const names = new GraphNames(graph);
  const set = graph.emptySet();
  for (const edge of edges) set[names.edgeIndex(edge)] = 1;
  return set;
}

/** The names of a set's edges, in the order of their index. */
export function edgeNames(graph: Graph, set: EdgeSet): string[] {
  const names = new GraphNames(graph);
  return [...graph.existing].filter((edge) => set[edge]).map((edge) => names.edge(edge));
}
