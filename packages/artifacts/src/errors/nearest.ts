import { distance } from "fastest-levenshtein";

/**
 * The candidate a misspelt name most probably means: the smallest edit distance (the first of equals), if at most two
 * fifths of the longer word's letters differ (at least one may): two swapped letters, in a word of five. Case is ignored.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(0.4 * Math.max(name.length, candidate.length)));
    if (edits <= allowed && edits < smallest) {
      best = candidate;
      smallest = edits;
    }
  }
  return best;
}

/** "; did you mean `x`?" for a message, or nothing if no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const found = nearest(name, candidates);
  return found === undefined ? "" : `; did you mean \`${found}\`?`;
}
