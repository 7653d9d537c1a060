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
    option.dataset.fate = fate;
    option.textContent =
      state.before === state.after
        ? `${edgeName(circuits, edge)}  ${asScore(after)}`
        : `${edgeName(circuits, edge)}  ${fate}  ${[before, after].map((score) => (Number.isNaN(score) ? "–" : asScore(score))).join(" → ")}`;
    return option;
  });
  list.replaceChildren(...options);
}
