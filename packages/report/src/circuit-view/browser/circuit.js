/** The circuits of a page: what is embedded in it, and the edges of all checkpoints as vectors. */

/**
 * What is embedded in the page, as JSON. Edges are those of any checkpoint; a head's q, k and v are one edge. Numbers are little-endian, in base64.
 *
 * @typedef {object} EmbeddedCircuits
 * @property {string} title heading of the page
 * @property {string} about a sentence on the origin of the circuits
 * @property {number} layers
 * @property {number} heads per layer
 * @property {string[]} nodes names of all nodes, in the graph's order: input, each layer's heads and MLP, logits
 * @property {string[]} checkpoints their names, in order
 * @property {string} sources Uint16: the source of each edge
 * @property {string} destinations Uint16: the destination of each edge
 * @property {string[]} scores by checkpoint, Float32: the score of each edge, NaN if the circuit does not have it
 */

/**
 * Circuits of the same graph, one for each checkpoint.
 *
 * @typedef {object} Circuits
 * @property {string} title
 * @property {string} about
 * @property {number} layers
 * @property {number} heads
 * @property {string[]} nodes [nodes]
 * @property {string[]} checkpoints [checkpoints]
 * @property {Uint16Array} sources [edges]
 * @property {Uint16Array} destinations [edges]
 * @property {Float32Array[]} scores [checkpoints][edges], NaN where a circuit does not have the edge
 * @property {number[][]} thresholds [checkpoints][POSITIONS + 1]; see {@link thresholdsOf}
 */

/**
 * @param {EmbeddedCircuits} embedded
 * @returns {Circuits}
 */
export function decodeCircuits({ sources, destinations, scores, ...rest }) {
  const decoded = scores.map((text) => new Float32Array(bytesOf(text)));
  return {
    ...rest,
    sources: new Uint16Array(bytesOf(sources)),
    destinations: new Uint16Array(bytesOf(destinations)),
    scores: decoded,
    thresholds: decoded.map(thresholdsOf),
  };
}

/** Positions of the filter by |score|: 0 shows all edges, the last only the strongest of each circuit. */
export const POSITIONS = 100;

/**
 * The smallest |score| shown at every position of the filter. Each position shows the same share fewer of the circuit's
 * edges than the one before. Thresholds are a circuit's own: fine-tuning can change all scores by orders of magnitude, and
 * a common threshold would then show edges of one circuit only.
 *
 * @param {Float32Array} scores [edges], NaN where the circuit does not have the edge
 * @returns {number[]} from 0 to the largest |score|
 */
export function thresholdsOf(scores) {
  const sorted = scores
    .filter((score) => !Number.isNaN(score))
    .map(Math.abs)
    .sort();
  return Array.from({ length: POSITIONS + 1 }, (_, position) => {
    const kept = Math.round(sorted.length ** (1 - position / POSITIONS));
    return position === 0 ? 0 : (sorted[sorted.length - kept] ?? 0);
  });
}

/** @param {string} base64 */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)).buffer;
}

/**
 * What became of an edge from one checkpoint to another.
 * @typedef {"kept" | "added" | "removed"} Fate
 */

/**
 * How edges of each fate are drawn. The colours differ in lightness as well as in hue, so they can be told apart by
 * colour-blind people and in grey; added and removed ones are the paper's. `dash` is in pixels, none for a solid line.
 *
 * @type {Readonly<Record<Fate, { color: string, dash: readonly number[], width: number }>>}
 */
export const fateStyles = {
  kept: { color: "#8a919c", dash: [], width: 1 },
  removed: { color: "#E47159", dash: [6, 4], width: 1.7 },
  added: { color: "#104670", dash: [], width: 2.1 },
};

/** In the order in which they are drawn: the last on top. */
export const fates = /** @type {Fate[]} */ (Object.keys(fateStyles));

/**
 * What became of an edge, by its scores at two checkpoints; NaN means that the circuit does not have it.
 *
 * @param {number} before
 * @param {number} after
 * @returns {Fate | undefined} undefined if neither has it
 */
export function fateOf(before, after) {
  if (Number.isNaN(before)) return Number.isNaN(after) ? undefined : "added";
  return Number.isNaN(after) ? "removed" : "kept";
}
