/** What is shown, a node and an edge in words, for tooltips, the saved figure and screen readers. */
import { fateOf, fates } from "./circuit.js";
import { countVisible, scoresOf, thresholdsAt, unfiltered, visibleEdges } from "./state.js";

/** @import { Circuits, Fate } from "./circuit.js" */
/** @import { State } from "./state.js" */

/** A score with three significant digits: 0.0123, 4.56e−7. @param {number} value */
export function asScore(value) {
  if (Number.isNaN(value)) return "not in the circuit";
  const isSmall = value !== 0 && Math.abs(value) < 1e-3;
  return (isSmall ? value.toExponential(2) : value.toPrecision(3)).replaceAll("-", "−");
}

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
export function describeView(circuits, state, visible) {
  const { checkpoints, nodes } = circuits;
  const { before, after, show, position, node } = state;
  const [first, last] = [checkpoints[before], checkpoints[after]];
  const isCompared = before !== after;
  const both = `${first} and ${last}`;
  const which = { before: `${first}, compared with ${last}`, after: `${last}, compared with ${first}`, both };
  const all = countVisible(visibleEdges(circuits, { ...state, ...unfiltered }));
  const filters = [
    ...(position > 0 ? [describeThresholds(circuits, state)] : []),
    ...fates.filter((fate) => !state.shown[fate] && isCompared).map((fate) => `without ${fate} ones`),
    ...(node === null ? [] : [`only edges of ${nodes[node]}`]),
  ];
  const counts = `${asCount(countVisible(visible))} of ${counted(all, "edge")} shown`;
  return `${isCompared ? which[show] : last}: ${[counts, ...filters].join("; ")}.`;
}

/**
 * The filter by |score| in words.
 *
 * @param {Circuits} circuits
 * @param {State} state
 */
export function describeThresholds(circuits, state) {
  if (state.position === 0) return "all edges";
  const { before, after } = thresholdsAt(circuits, state);
  if (state.before === state.after) return `|score| ≥ ${asScore(after)}`;
  if (state.show !== "both") return `|score| ≥ ${asScore(state.show === "before" ? before : after)}`;
  return `|score| ≥ ${asScore(before)} before or ≥ ${asScore(after)} after`;
}
