/** How two sets of nodes or edges differ. */

/** The comparison of two sets. */
export interface SetComparison {
  /** Members of the first set. */
  before: number;
  /** Members of the second set. */
  after: number;
  /** Those only in the second, in its order. */
  added: number[];
  /** Those only in the first, in its order. */
  removed: number[];
  /** Members of both, over members of either; 1 for two empty sets. */
  jaccard: number;
}

/** Compares two sets of nodes or edges; for maps, their keys. */
export function compareSets(before: Members, after: Members): SetComparison {
  const removed = [...before.keys()].filter((member) => !after.has(member));
  const added = [...after.keys()].filter((member) => !before.has(member));
  const union = before.size + added.length;
  const jaccard = union === 0 ? 1 : (before.size - removed.length) / union;
  return { before: before.size, after: after.size, added, removed, jaccard };
}

/** The common part of Set and Map. */
export interface Members {
  readonly size: number;
  has(member: number): boolean;
  keys(): Iterable<number>;
}

/**
 * The paper's change rate: (added + removed) / members at the reference, as a fraction that may exceed 1.
 * @param reference members of the set at checkpoint 0. If it had none, the rate of any change is infinite
 */
export function changeRate({ added, removed }: SetComparison, reference: number): number {
  const changed = added.length + removed.length;
  return changed === 0 ? 0 : changed / reference;
}
