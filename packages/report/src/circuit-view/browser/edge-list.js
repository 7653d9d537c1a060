/** The strongest edges shown, as a list that the keyboard reaches. */
import { fates } from "./circuit.js";
import { asScore, edgeName } from "./describe.js";
import { scoresOf, strengthOf } from "./state.js";

/** @import { Circuits, Fate } from "./circuit.js" */
/** @import { State } from "./state.js" */

/** At most this many edges are listed. */
export const LISTED = 100;

/**
 * The strongest edges shown, the strongest first.
 *
 * @param {Circuits} circuits
 * @param {State} state
 * @param {Record<Fate, readonly number[]>} visible
 */
export function strongest(circuits, state, visible) {
  return fates
    .flatMap((fate) =>
      visible[fate].map((edge) => ({ edge, fate, strength: strengthOf(circuits, state, edge) })),
    )
    .sort((a, b) => b.strength - a.strength)
    .slice(0, LISTED);
}

/**
 * Fills the list.
 *
 * @param {HTMLSelectElement} list
 * @param {Circuits} circuits
 * @param {State} state
 * @param {Record<Fate, readonly number[]>} visible
 */
export function listEdges(list, circuits, state, visible) {
  const options = strongest(circuits, state, visible).map(({ edge, fate }) => {
    const { before, after } = scoresOf(circuits, state, edge);
    const option = new Option("", `${edge}`);
    const score = (/** @type {number} */ value) => (Number.isNaN(value) ? "–" : asScore(value));
    const scores = state.before === state.after ? score(after) : `${fate} ${score(before)} → ${score(after)}`;
    option.textContent = `${edgeName(circuits, edge).replaceAll(" ", "")} ${scores}`;
    return option;
  });
  list.replaceChildren(...options);
}
