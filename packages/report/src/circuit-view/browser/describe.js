/** What is shown, a node and an edge in words, for tooltips, the saved figure and screen readers. */
import { fateOf, fates } from "./circuit.js";
import { countVisible, scoresOf } from "./state.js";

/** @import { Circuits, Fate } from "./circuit.js" */
/** @import { State } from "./state.js" */

/** @param {number} value three significant digits */
export const asScore = (value) =>
  Number.isNaN(value) ? "not in the circuit" : value.toPrecision(3).replace("-", "−");

/** @param {number} count with thousands separated */
const asCount = (count) => count.toLocaleString("en-US");

/** @param {number} count @param {string} noun */
const counted = (count, noun) => `${asCount(count)} ${noun}${count === 1 ? "" : "s"}`;

/**
 * @param {Circuits} circuits
 * @param {number} edge
 * @returns {string} "m2->a5.h7", with an arrow
 */
export function edgeName({ nodes, sources, destinations }, edge) {
  return `${nodes[sources[edge] ?? 0]} → ${nodes[destinations[edge] ?? 0]}`;
}

/**
 * An edge: its name, what became of it, its scores.
 *
 * @param {Circuits} circuits
 * @param {State} state
 * @param {number} edge
 */
export function describeEdge(circuits, state, edge) {
  const { before, after } = scoresOf(circuits, state, edge);
  const name = edgeName(circuits, edge);
  if (state.before === state.after) return `${name}: score ${asScore(after)}`;
  return `${name}: ${fateOf(before, after)}; score before ${asScore(before)}, after ${asScore(after)}`;
}

/**
 * A node: its edges that are shown, with the sums of their scores at the checkpoints shown.
 *
 * @param {Circuits} circuits
 * @param {State} state
 * @param {Record<Fate, readonly number[]>} visible
 * @param {number} node
 */
export function describeNode(circuits, state, visible, node) {
  const own = edgesOf(circuits, visible, node);
  const name = circuits.nodes[node];
  if (countVisible(own) === 0) return `${name}: no edges shown`;
  const edges = fates.flatMap((fate) => own[fate]);
  const into = edges.filter((edge) => circuits.destinations[edge] === node);
  const from = edges.filter((edge) => circuits.sources[edge] === node);
  const side = (/** @type {number[]} */ some, /** @type {string} */ where) =>
    some.length === 0 ? [] : [`${asCount(some.length)} ${where} (${sums(circuits, state, some)})`];
  const parts = [...side(into, "in"), ...side(from, "out")].join(", ");
  if (state.before === state.after) return `${name}: edges shown ${parts}`;
  return `${name}: edges shown ${parts}; ${fates.map((fate) => `${asCount(own[fate].length)} ${fate}`).join(", ")}`;
}

/** @param {Circuits} circuits @param {State} state @param {number[]} edges */
function sums(circuits, state, edges) {
  const sum = (/** @type {"before" | "after"} */ when) =>
    asScore(edges.reduce((total, edge) => total + (scoresOf(circuits, state, edge)[when] || 0), 0));
  if (state.before === state.after) return `scores sum to ${sum("after")}`;
  if (state.show !== "both") return `scores ${state.show} sum to ${sum(state.show)}`;
  return `scores sum to ${sum("before")} before, ${sum("after")} after`;
}

/**
 * The edges shown that begin or end at a node.
 *
 * @param {Circuits} circuits
 * @param {Record<Fate, readonly number[]>} visible
 * @param {number} node
 * @returns {Record<Fate, number[]>}
 */
export function edgesOf({ sources, destinations }, visible, node) {
  const isOwn = (/** @type {number} */ edge) => sources[edge] === node || destinations[edge] === node;
  return {
    kept: visible.kept.filter(isOwn),
    removed: visible.removed.filter(isOwn),
    added: visible.added.filter(isOwn),
  };
}

/**
 * What is shown: checkpoints, filters and counts, in a sentence or two.
 *
 * @param {Circuits} circuits
 * @param {State} state
 * @param {Record<Fate, readonly number[]>} visible
 */
export function describeView({ checkpoints, nodes, scores }, state, visible) {
  const { before, after, show, threshold, node } = state;
  const [first, last] = [checkpoints[before], checkpoints[after]];
  const whose = {
    before: `${first}, compared with ${last}`,
    after: `${last}, compared with ${first}`,
    both: `${first} and ${last}`,
  };
  const which = before === after ? `${last}` : whose[show];
  const [old, now] = [scores[before], scores[after]];
  const all =
    old && now
      ? old.reduce((sum, score, edge) => sum + (isShown(score, now[edge] ?? Number.NaN, show) ? 1 : 0), 0)
      : 0;
  const shown = `${asCount(countVisible(visible))} of ${counted(all, "edge")} shown`;
  const filters = [
    ...(threshold > 0 ? [`|score| at least ${asScore(threshold)}`] : []),
    ...fates.filter((fate) => !state.shown[fate] && before !== after).map((fate) => `without ${fate} ones`),
    ...(node === null ? [] : [`only edges of ${nodes[node]}`]),
  ];
  return `${which}: ${[shown, ...filters].join("; ")}.`;
}

/** @param {number} before @param {number} after @param {State["show"]} show */
function isShown(before, after, show) {
  return (show !== "after" && !Number.isNaN(before)) || (show !== "before" && !Number.isNaN(after));
}
