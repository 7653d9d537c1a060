import type { Random } from "@ft/artifacts";
import type { Candidate } from "./task.ts";

type Prompts = Pick<Candidate, "clean" | "corrupted">;

/**
 * Takes `count` pairs out of a list so that what is taken shares no prompt with what is left. Pairs linked by a
 * prompt, directly or through others, stay together; groups that would overshoot stay, so fewer may be taken.
 */
export function carve<Pair extends Prompts>(
  pairs: readonly Pair[],
  count: number,
  random: Random,
): Set<Pair> {
  const taken = new Set<Pair>();
  for (const group of random.shuffle(groupsOf(pairs))) {
    if (taken.size + group.length > count) continue;
    for (const pair of group) taken.add(pair);
  }
  return taken;
}

/** The connected components of the graph whose nodes are pairs and whose edges are prompts in common. */
function groupsOf<Pair extends Prompts>(pairs: readonly Pair[]): Pair[][] {
  const holders = new Map<string, Pair[]>();
  for (const pair of pairs) {
    for (const prompt of [pair.clean, pair.corrupted])
      holders.get(prompt)?.push(pair) ?? holders.set(prompt, [pair]);
  }
  const seen = new Set<Pair>();
  const groupOf = (first: Pair): Pair[] => {
    const group = [first];
    seen.add(first);
    for (const pair of group) {
      for (const prompt of [pair.clean, pair.corrupted]) {
        for (const neighbour of holders.get(prompt) ?? []) {
          if (seen.has(neighbour)) continue;
          seen.add(neighbour);
          group.push(neighbour);
        }
        holders.delete(prompt); // All who hold it are in the group now.
      }
    }
    return group;
  };
  return pairs.flatMap((pair) => (seen.has(pair) ? [] : [groupOf(pair)]));
}
