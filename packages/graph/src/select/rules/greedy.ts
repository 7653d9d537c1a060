/** Best-first search from the logits (`apply_greedy` of the EAP-IG library). */
import type { Graph } from "../../graph.ts";
import { rankEdges } from "../rank.ts";
import type { SelectionRule } from "./rule.ts";
import { top } from "./top.ts";

/**
 * Of all edges into nodes reached so far, at first only the logits, the one with the largest |score| is chosen next, and
 * its source is reached. All edges chosen are thus on a path to the logits; pruning removes those that the input does not
 * reach.
 */
export const greedy: SelectionRule = {
  ...top,
  name: "greedy",
  description:
    "the largest |score| among edges into nodes that are already in the circuit, from the logits back",
  rank({ graph, scores }) {
    const byScore = rankEdges(graph, scores);
    const placeOf = new Int32Array(graph.edges);
    byScore.forEach((edge, place) => {
      placeOf[edge] = place;
    });
    const inputs = inputsOfNodes(graph);
    /** Whether an edge may be chosen next, by its place in `byScore`; `best` is not after the first of them. */
    const open = new Uint8Array(graph.edges);
    let best = graph.edges;
    const reached = new Uint8Array(graph.nodes);
    const reach = (node: number) => {
      reached[node] = 1;
      for (const destination of inputs[node]!) {
        for (let source = 0; source < graph.readable[destination]!; source++) {
          const place = placeOf[graph.edge(source, destination)]!;
          open[place] = 1;
          best = Math.min(best, place);
        }
      }
    };
    reach(graph.logits);
    return byScore.map(() => {
      while (!open[best]) best++;
      open[best] = 0;
      const edge = byScore[best]!;
      const source = graph.sourceOf[edge]!;
      if (!reached[source]) reach(source);
      return edge;
    });
  },
};

/** The destinations that belong to each node. */
function inputsOfNodes(graph: Graph): number[][] {
  const inputs = Array.from({ length: graph.nodes }, (): number[] => []);
  graph.nodeOf.forEach((node, destination) => {
    inputs[node]!.push(destination);
  });
  return inputs;
}
