/** What a person has chosen to see, as data, and which edges that shows. */
import { fateOf, fates, POSITIONS } from "./circuit.js";

/** @import { Circuits, Fate } from "./circuit.js" */

/**
 * @typedef {object} State
 * @property {number} before index of the checkpoint that edges are compared with
 * @property {number} after index of the checkpoint compared
 * @property {"before" | "after" | "both"} show whose edges are shown
 * @property {Readonly<Record<Fate, boolean>>} shown whether edges of a fate are shown
 * @property {number} position of the filter by |score|, from 0 for all edges to {@link POSITIONS}
 * @property {number | null} node the node whose edges alone are shown; null for all
 */

/** At most this many edges are shown at first. */
const AT_FIRST = 400;

/** Filters that hide nothing. @satisfies {Partial<State>} */
export const unfiltered = { shown: { kept: true, removed: true, added: true }, position: 0, node: null };

/**
 * The first checkpoint compared with the last, with the strongest edges of both.
 *
 * @param {Circuits} circuits
 * @returns {State}
 */
export function initialState(circuits) {
  /** @type {State} */
  const all = { before: 0, after: circuits.checkpoints.length - 1, show: "both", ...unfiltered };
  const isFew = (/** @type {number} */ position) =>
    countVisible(visibleEdges(circuits, { ...all, position })) <= AT_FIRST;
  let position = 0;
  while (position < POSITIONS && !isFew(position)) position++;
  return { ...all, position };
}

/**
 * The scores of an edge at the two checkpoints compared.
 *
 * @param {Circuits} circuits
 * @param {Pick<State, "before" | "after">} state
 * @param {number} edge
 */
export function scoresOf({ scores }, { before, after }, edge) {
  return {
    before: scores[before]?.[edge] ?? Number.NaN,
    after: scores[after]?.[edge] ?? Number.NaN,
  };
}

/**
 * The smallest |score| shown of either circuit compared.
 *
 * @param {Circuits} circuits
 * @param {Pick<State, "before" | "after" | "position">} state
 */
export function thresholdsAt({ thresholds }, { before, after, position }) {
  return { before: thresholds[before]?.[position] ?? 0, after: thresholds[after]?.[position] ?? 0 };
}

/**
 * How strong an edge is in the circuits shown: |score| as a share of its circuit's largest; of both, the larger.
 *
 * @param {Circuits} circuits
 * @param {State} state
 * @param {number} edge of a circuit shown
 */
export function strengthOf(circuits, state, edge) {
  const scores = scoresOf(circuits, state, edge);
  const largest = thresholdsAt(circuits, { ...state, position: POSITIONS });
  const share = (/** @type {"before" | "after"} */ when) =>
    Math.abs(scores[when] / (largest[when] || 1)) || 0;
  return state.show === "both" ? Math.max(share("before"), share("after")) : share(state.show);
}

/**
 * The edges that a state shows, by fate, in the order of the circuits' edges.
 *
 * @param {Circuits} circuits
 * @param {State} state
 * @returns {Record<Fate, number[]>}
 */
export function visibleEdges(circuits, state) {
  const { sources, destinations } = circuits;
  const { show, shown, node } = state;
  const least = thresholdsAt(circuits, state);
  const visible = /** @type {Record<Fate, number[]>} */ ({ kept: [], removed: [], added: [] });
  for (let edge = 0; edge < sources.length; edge++) {
    if (node !== null && sources[edge] !== node && destinations[edge] !== node) continue;
    const { before, after } = scoresOf(circuits, state, edge);
    // NaN, of an edge that a circuit does not have, is not at least anything.
    const isStrong =
      (show !== "after" && Math.abs(before) >= least.before) ||
      (show !== "before" && Math.abs(after) >= least.after);
    const fate = fateOf(before, after);
    if (fate && isStrong && shown[fate]) visible[fate].push(edge);
  }
  return visible;
}

/** No edges. @satisfies {Record<Fate, readonly number[]>} */
export const noEdges = { kept: [], removed: [], added: [] };

/**
 * The nodes that an edge shown begins or ends at.
 *
 * @param {Circuits} circuits
 * @param {Record<Fate, readonly number[]>} visible
 */
export function nodesWithEdges({ sources, destinations }, visible) {
  return new Set(
    fates.flatMap((fate) => visible[fate]).flatMap((edge) => [sources[edge] ?? 0, destinations[edge] ?? 0]),
  );
}

/** @param {Record<Fate, readonly number[]>} visible */
export function countVisible(visible) {
  return fates.reduce((sum, fate) => sum + visible[fate].length, 0);
}
