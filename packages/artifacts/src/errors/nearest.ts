import { distance } from "fastest-levenshtein";

/**
 * The candidate a misspelt name most probably means: the smallest edit distance (the first of equals), if at most a
 * third of the longer word's letters differ (at least one may). Case is ignored.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
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
