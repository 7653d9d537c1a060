/** The overlap of two sets of nodes or edges. */
import { compareSets, type Members } from "../compare/set-comparison.ts";

export interface Overlap {
  /** Members of both. */
  shared: number;
  /** `shared` over the members of either; 1 for two empty sets. */
  jaccard: number;
  /** `shared` over the members of the first; 1 if it is empty. */
  shareOfFirst: number;
  /** `shared` over the members of the second; 1 if it is empty. */
  shareOfSecond: number;
}

/** Compares two sets of nodes or edges; for maps, their keys. */
export function overlap(first: Members, second: Members): Overlap {
  const { removed, jaccard } = compareSets(first, second);
  const shared = first.size - removed.length;
  const share = (size: number) => (size === 0 ? 1 : shared / size);
  return { shared, jaccard, shareOfFirst: share(first.size), shareOfSecond: share(second.size) };
}
