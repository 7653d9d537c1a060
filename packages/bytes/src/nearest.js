import { distance } from "fastest-levenshtein";

/** Longer names match nothing: the time to compare them grows with the square of their length. */
const LONGEST_NAME = 200;

/**
 * The candidate a misspelt name most probably means: the smallest edit distance (the first of equals), if at most two
 * fifths of the longer word's letters differ (at least one may): two swapped letters, in a word of five. Case is ignored.
 *
 * @param {string} name
 * @param {Iterable<string>} candidates
 * @returns {string | undefined}
 */
export function nearest(name, candidates) {
  let best;
  let smallest = Number.POSITIVE_INFINITY;
  if (name.length > LONGEST_NAME) return undefined;
  for (const candidate of candidates) {
    if (candidate.length > LONGEST_NAME) continue;
    const allowed = Math.max(1, Math.floor(0.4 * Math.max(name.length, candidate.length)));
    if (Math.abs(name.length - candidate.length) > allowed) continue;
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= allowed && edits < smallest) {
      best = candidate;
      smallest = edits;
    }
  }
  return best;
}

/**
 * "; did you mean `x`?" for a message, or nothing if no candidate is near.
 *
 * @param {string} name
 * @param {Iterable<string>} candidates
 * @returns {string}
 */
export function didYouMean(name, candidates) {
  const found = nearest(name, candidates);
  return found === undefined ? "" : `; did you mean \`${found}\`?`;
}
