/**
 * Pairs grouped so that one pass shares all that is exactly the same: the tokens before all prompts differ (once for
 * the group), and those before a pair's clean and corrupted prompt differ (once for the pair). The activation
 * difference is zero on both, and attention is causal, so only the rest can contribute to any score.
 */
import type { Pair } from "./pair.ts";

export interface PairBatch {
  /** Indices into the pairs this was made from, ascending; B of them. */
  members: readonly number[];
  /** Tokens shared by all, P of them; may be empty. */
  prefix: readonly number[];
  /** Each pair's tokens that clean and corrupted share after the prefix, [B * T]. */
  shared: Int32Array;
  sharedLength: number; // T
  /** Each pair's remaining tokens, clean then corrupted, [B * 2 * S]. */
  variants: Int32Array;
  variantLength: number; // S, at least 1
}

/**
 * Groups pairs by length and by where clean and corrupted first differ, and cuts groups into batches.
 *
 * @param maximum pairs a batch, given the length S of its variants
 * @param share false runs every prompt in full; the results are the same. @default true
 */
export function batchPairs(
  pairs: readonly Pair[],
  maximum: (variantLength: number) => number,
  share = true,
): PairBatch[] {
  const groups = new Map<string, number[]>();
  pairs.forEach((pair, i) => {
    const key = `${pair.clean.length} ${share ? firstDifference(pair) : 0}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  return [...groups.values()].flatMap((members) => {
    const first = pairs[members[0]!]!;
    const difference = share ? firstDifference(first) : 0;
    const prefix = share
      ? commonPrefix(
          members.map((i) => pairs[i]!),
          difference,
        )
      : 0;
    const size = maximum(first.clean.length - difference);
    const batches: PairBatch[] = [];
    for (let from = 0; from < members.length; from += size) {
      batches.push(cut(pairs, members.slice(from, from + size), prefix, difference));
    }
    return batches;
  });
}

function cut(pairs: readonly Pair[], members: number[], prefix: number, difference: number): PairBatch {
  const tokens = (prompt: ArrayLike<number>, from: number, to?: number) => Array.from(prompt).slice(from, to);
  return {
    members,
    prefix: tokens(pairs[members[0]!]!.clean, 0, prefix),
    shared: Int32Array.from(members.flatMap((i) => tokens(pairs[i]!.clean, prefix, difference))),
    sharedLength: difference - prefix,
    variants: Int32Array.from(
      members.flatMap((i) => [
        ...tokens(pairs[i]!.clean, difference),
        ...tokens(pairs[i]!.corrupted, difference),
      ]),
    ),
    variantLength: pairs[members[0]!]!.clean.length - difference,
  };
}

/** Where clean and corrupted first differ, at the latest the last position, which is read out. */
function firstDifference({ clean, corrupted }: Pair): number {
  let at = 0;
  while (at < clean.length - 1 && clean[at] === corrupted[at]) at++;
  return at;
}

/** How many of the first `limit` tokens all clean prompts share. */
function commonPrefix(pairs: readonly Pair[], limit: number): number {
  let shared = limit;
  for (const { clean } of pairs) {
    let agree = 0;
    while (agree < shared && clean[agree] === pairs[0]!.clean[agree]) agree++;
    shared = agree;
  }
  return shared;
}
