/** The n edges with the largest scores, by size or with their sign (`apply_topn` of the EAP-IG library). */
import { edgeCount, rankEdges } from "../rank.ts";
import type { SelectionRule } from "./rule.ts";

export const top: SelectionRule = {
  name: "top",
  description: "the largest |score|",
  sizes: "edges",
  rank: ({ graph, scores }) => rankEdges(graph, scores),
  count: ({ graph }, size) => edgeCount(graph, size),
};

export const topSigned: SelectionRule = {
  ...top,
  name: "top-signed",
  description: "the largest score with its sign",
  rank: ({ graph, scores }) => rankEdges(graph, scores, (score) => score),
};
