/** Circuits from the definitions in docs/method.md, on the fixture's graph: edges are names in the graph's order. */
import type { CircuitRow } from "@ft/artifacts";
import { parity } from "./fixtures.ts";

export interface Edge {
  name: string;
  source: string;
  /** The node it ends at, without a head's q, k or v. */
  node: string;
}

export const edges: readonly Edge[] = parity.edges.map((name) => {
  const [source, destination] = name.split("->") as [string, string];
  return { name, source, node: destination.replace(/<.>$/, "") };
});

/** Sources in the order of node scores. */
export const sources = [...new Set(edges.map(({ source }) => source))];

const layers = 3;

/** The layer of a node: the input's is the first, the logits' the last. */
export function layerOf(node: string): number {
  if (node === "input") return 0;
  return node === "logits" ? layers - 1 : Number(node[1]);
}

/** Drops edges at nodes without an incoming or an outgoing edge until there are none. @param members edge numbers */
export function prune(members: Iterable<number>): number[] {
  let kept = [...members].sort((a, b) => a - b);
  for (;;) {
    const from = new Set(["logits", ...kept.map((edge) => edges[edge]!.source)]);
    const to = new Set(["input", ...kept.map((edge) => edges[edge]!.node)]);
    const left = kept.filter((edge) => to.has(edges[edge]!.source) && from.has(edges[edge]!.node));
    if (left.length === kept.length) return left;
    kept = left;
  }
}

/** Edge numbers by falling value; equal ones in the graph's order. */
export function ranked(values: readonly number[]): number[] {
  return [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
}

/** The nodes at the ends of edges. */
export function nodesOf(members: readonly number[]): Set<string> {
  return new Set(members.flatMap((edge) => [edges[edge]!.source, edges[edge]!.node]));
}

/** A circuit's scores by pair of nodes ("a0.h1->m2"), the sum over q, k and v. */
export function collapsed({
  edges: members,
  scores,
}: Pick<CircuitRow, "edges" | "scores">): Map<string, number> {
  const sums = new Map<string, number>();
  members.forEach((edge, i) => {
    const { source, node } = edges[edge]!;
    sums.set(`${source}->${node}`, (sums.get(`${source}->${node}`) ?? 0) + scores[i]!);
  });
  return sums;
}

/** The two nodes of a pair. */
export function endsOf(pair: string): [source: string, node: string] {
  return pair.split("->") as [string, string];
}

/** Members of both over members of either, and members of one alone. */
export function compareSets<T>(
  one: ReadonlySet<T>,
  other: ReadonlySet<T>,
): { jaccard: number; changed: number } {
  const both = [...one].filter((member) => other.has(member)).length;
  const either = one.size + other.size - both;
  return { jaccard: both / either, changed: either - both };
}
