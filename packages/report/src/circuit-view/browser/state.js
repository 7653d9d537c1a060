/** What a person has chosen to see, as data, and which edges that shows. */
import { fateOf, fates } from "./circuit.js";

/** @import { Circuits, Fate } from "./circuit.js" */

/**
 * @typedef {object} State
 * @property {number} before index of the checkpoint that edges are compared with
 * @property {number} after index of the checkpoint compared
 * @property {"before" | "after" | "both"} show whose edges are shown
 * @property {Readonly<Record<Fate, boolean>>} shown whether edges of a fate are shown
 * @property {number} threshold edges whose |score| is below it are hidden
 * @property {number | null} node the node whose edges alone are shown; null for all
 */

/** At most this many edges are shown at first. */
const AT_FIRST = 400;

/** Positions of the filter by |score|: 0 shows all edges, the last only the strongest. */
export const POSITIONS = 100;

/**
 * |score| at every position of the filter, [POSITIONS + 1]. Each position shows the same share fewer edges, counted over
 * all checkpoints, since scores span orders of magnitude.
 *
 * @param {Circuits} circuits
 * @returns {number[]} from 0 to the largest |score|
 */
export function thresholds({ scores }) {
  const strengths = Float32Array.from(
    scores.flatMap((own) => [...own].filter((score) => !Number.isNaN(score))),
  );
  const sorted = strengths.map(Math.abs).sort();
  return Array.from({ length: POSITIONS + 1 }, (_, position) => {
    const kept = Math.round(sorted.length ** (1 - position / POSITIONS));
    return position === 0 ? 0 : (sorted[sorted.length - kept] ?? 0);
  });
}

/**
 * The first checkpoint compared with the last, with the strongest edges of both.
 *
 * @param {Circuits} circuits
 * @returns {State}
 */
export function initialState(circuits) {
  const state = {
    before: 0,
    after: circuits.checkpoints.length - 1,
    show: /** @type {const} */ ("both"),
    shown: { kept: true, removed: true, added: true },
    node: null,
  };
  const count = (/** @type {number} */ threshold) =>
    countVisible(visibleEdges(circuits, { ...state, threshold }));
  const ladder = thresholds(circuits);
  return {
    ...state,
    threshold: ladder.find((threshold) => count(threshold) <= AT_FIRST) ?? ladder.at(-1) ?? 0,
  };
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
 * |score| by which an edge is shown or hidden: that of the circuit shown or, of both, the larger. NaN if no circuit shown
 * has the edge.
 *
 * @param {Circuits} circuits
 * @param {Pick<State, "before" | "after" | "show">} state
 * @param {number} edge
 */
export function strengthOf(circuits, state, edge) {
  const { before, after } = scoresOf(circuits, state, edge);
  if (state.show === "before") return Math.abs(before);
  if (state.show === "after") return Math.abs(after);
  if (Number.isNaN(before)) return Math.abs(after);
  return Number.isNaN(after) ? Math.abs(before) : Math.max(Math.abs(before), Math.abs(after));
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
  const visible = /** @type {Record<Fate, number[]>} */ ({ kept: [], removed: [], added: [] });
  for (let edge = 0; edge < sources.length; edge++) {
    if (state.node !== null && sources[edge] !== state.node && destinations[edge] !== state.node) continue;
    const { before, after } = scoresOf(circuits, state, edge);
    const fate = fateOf(before, after);
    if (fate && state.shown[fate] && strengthOf(circuits, state, edge) >= state.threshold)
      visible[fate].push(edge);
  }
  return visible;
}

/** @param {Record<Fate, readonly number[]>} visible */
export function countVisible(visible) {
  return fates.reduce((sum, fate) => sum + visible[fate].length, 0);
}
