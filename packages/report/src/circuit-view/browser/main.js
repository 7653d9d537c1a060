/** The page at work: reads its data, and answers every choice by drawing what changed. */
import { Canvases } from "./canvases.js";
import { decodeCircuits, fateOf, fates, POSITIONS } from "./circuit.js";
import { describeEdge, describeNode, describeThresholds, describeView, edgesOf } from "./describe.js";
import { LISTED, listEdges } from "./edge-list.js";
import { figureOf } from "./figure.js";
import { layOut } from "./layout.js";
import { Nodes } from "./nodes.js";
import { countVisible, initialState, nodesWithEdges, noEdges, scoresOf, visibleEdges } from "./state.js";

/** @import { State } from "./state.js" */

/** What the pointer or the focus is on. @typedef {{ node: number } | { edge: number } | undefined} Target */

/** How near the pointer must be to an edge, in pixels. */
const NEAR = 5;

/** @template {Element} E @param {string} id @returns {E} */
const find = (id) => /** @type {E} */ (/** @type {unknown} */ (document.getElementById(id)));

const circuits = decodeCircuits(JSON.parse(find("circuits").textContent ?? ""));
const stage = /** @type {HTMLElement} */ (find("stage"));
const nodes = new Nodes(find("nodes"), circuits);
const canvases = new Canvases(circuits, {
  kept: find("canvas-kept"),
  removed: find("canvas-removed"),
  added: find("canvas-added"),
  highlight: find("canvas-highlight"),
});
const controls = {
  before: /** @type {HTMLInputElement} */ (find("before")),
  after: /** @type {HTMLInputElement} */ (find("after")),
  threshold: /** @type {HTMLInputElement} */ (find("threshold")),
  edges: /** @type {HTMLSelectElement} */ (find("edges")),
  all: /** @type {HTMLButtonElement} */ (find("all-nodes")),
};

let state = initialState(circuits);
let visible = visibleEdges(circuits, state);

/** Takes a choice over. @param {Partial<State>} choice */
function choose(choice) {
  state = { ...state, ...choice };
  visible = visibleEdges(circuits, state);
  canvases.show(visible);
  canvases.highlight(noEdges);
  nodes.mark(nodesWithEdges(circuits, visible), state.node);
  listEdges(controls.edges, circuits, state, visible);
  showTooltip(undefined);
  showControls();
}

/** The texts of the controls, and the controls themselves, as the state has them. */
function showControls() {
  const { before, after, position, node, show, shown } = state;
  const isCompared = before !== after;
  controls.before.value = `${before}`;
  controls.after.value = `${after}`;
  controls.threshold.value = `${position}`;
  setText("before-text", circuits.checkpoints[before] ?? "");
  setText("after-text", circuits.checkpoints[after] ?? "");
  const at = describeThresholds(circuits, state);
  setText("threshold-text", at);
  controls.threshold.setAttribute("aria-valuetext", at);
  controls.before.setAttribute("aria-valuetext", circuits.checkpoints[before] ?? "");
  controls.after.setAttribute("aria-valuetext", circuits.checkpoints[after] ?? "");
  for (const fate of fates) {
    setText(`count-${fate}`, visible[fate].length.toLocaleString("en-US"));
    /** @type {HTMLInputElement} */ (find(`fate-${fate}`)).checked = shown[fate];
  }
  /** @type {HTMLInputElement} */ (find(`show-${show}`)).checked = true;
  controls.all.hidden = node === null;
  setText(
    "node-text",
    node === null ? "all nodes; click one to see only its edges" : (circuits.nodes[node] ?? ""),
  );
  setText("summary", describeView(circuits, state, visible));
  setText(
    "edges-text",
    countVisible(visible) > LISTED ? `the ${LISTED} strongest of those shown` : "all of those shown",
  );
  setText("fate-kept-text", isCompared ? "kept" : "in the circuit");
}

/** @param {string} id @param {string} text */
function setText(id, text) {
  const element = find(id);
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Highlights a node's edges, or an edge, and says what it is. Nothing else is drawn again.
 *
 * @param {Target} target
 * @param {{ x: number, y: number }} [pointer] where the tooltip is; without one, only the line below is set
 */
function highlight(target, pointer) {
  if (!target) canvases.highlight(noEdges);
  else if ("node" in target) canvases.highlight(edgesOf(circuits, visible, target.node));
  else {
    const { before, after } = scoresOf(circuits, state, target.edge);
    const fate = fateOf(before, after);
    canvases.highlight(fate ? { ...noEdges, [fate]: [target.edge] } : noEdges);
  }
  const text =
    target &&
    ("node" in target
      ? describeNode(circuits, state, visible, target.node)
      : describeEdge(circuits, state, target.edge));
  setText(
    "details",
    text ?? "Point at a node or an edge, or move between nodes with Tab and the arrow keys.",
  );
  showTooltip(text, pointer);
}

/** @param {string} [text] @param {{ x: number, y: number }} [pointer] */
function showTooltip(text, pointer) {
  const tooltip = /** @type {HTMLElement} */ (find("tooltip"));
  tooltip.hidden = !text || !pointer;
  if (!text || !pointer) return;
  tooltip.textContent = text;
  const width = Math.min(320, stage.clientWidth - 16);
  tooltip.style.width = `${width}px`;
  tooltip.style.left = `${Math.min(Math.max(8, pointer.x + 14), stage.clientWidth - width - 8) + stage.scrollLeft}px`;
  tooltip.style.top = `${pointer.y + 18}px`;
}

/** @param {PointerEvent} event */
function pointAt(event) {
  const { left, top } = nodesElement.getBoundingClientRect();
  const point = { x: event.clientX - left, y: event.clientY - top };
  const node = nodes.nodeOf(event.target);
  const edge = node === undefined ? canvases.edgeAt(point, NEAR)?.edge : undefined;
  const target = node !== undefined ? { node } : edge !== undefined ? { edge } : undefined;
  highlight(target, { x: point.x - stage.scrollLeft, y: point.y });
}

const nodesElement = /** @type {SVGSVGElement} */ (find("nodes"));
nodesElement.addEventListener("pointermove", pointAt);
nodesElement.addEventListener("pointerleave", () => highlight(undefined));
stage.addEventListener("focusin", (event) => {
  const node = nodes.nodeOf(event.target);
  if (node !== undefined && nodesElement.querySelector(":focus-visible")) highlight({ node });
});
stage.addEventListener("focusout", () => highlight(undefined));
nodesElement.addEventListener("click", (event) => select(nodes.nodeOf(event.target)));
nodesElement.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.key !== " " && event.key !== "Escape") return;
  event.preventDefault();
  select(event.key === "Escape" ? undefined : nodes.nodeOf(event.target));
});

/** Shows only a node's edges; those of all nodes if it is the one selected already, or none. @param {number} [node] */
function select(node) {
  choose({ node: node === undefined || node === state.node ? null : node });
  if (node !== undefined) setText("details", describeNode(circuits, state, visible, node));
}

controls.before.max = controls.after.max = `${circuits.checkpoints.length - 1}`;
controls.threshold.max = `${POSITIONS}`;
controls.before.addEventListener("input", () => choose({ before: Number(controls.before.value) }));
controls.after.addEventListener("input", () => choose({ after: Number(controls.after.value) }));
controls.threshold.addEventListener("input", () => choose({ position: Number(controls.threshold.value) }));
controls.all.addEventListener("click", () => choose({ node: null }));
controls.edges.addEventListener("change", () => highlight({ edge: Number(controls.edges.value) }));
controls.edges.addEventListener("blur", () => highlight(undefined));
for (const show of /** @type {const} */ (["before", "after", "both"]))
  find(`show-${show}`).addEventListener("change", () => choose({ show }));
for (const fate of fates) {
  const box = /** @type {HTMLInputElement} */ (find(`fate-${fate}`));
  box.addEventListener("change", () => choose({ shown: { ...state.shown, [fate]: box.checked } }));
}
find("reset").addEventListener("click", () => choose(initialState(circuits)));

/** What is shown, as the SVG to save. */
function figure() {
  return figureOf(circuits, visible, {
    caption: describeView(circuits, state, visible),
    compared: state.before !== state.after,
  });
}

find("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([figure()], { type: "image/svg+xml" }));
  link.download = "circuit.svg";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});

// Paper gets the figure itself, sharp at any size, in place of the canvases.
addEventListener("beforeprint", () => {
  find("printed").innerHTML = figure();
});
addEventListener("afterprint", () => find("printed").replaceChildren());

let width = 0;
/** Lays the drawing out anew if its width has changed. */
function resize() {
  if (stage.clientWidth === width || stage.clientWidth === 0) return;
  width = stage.clientWidth;
  const layout = layOut(circuits, width);
  canvases.resize(layout);
  nodes.resize(layout);
  for (const part of stage.querySelectorAll("canvas")) part.style.width = `${layout.width}px`;
  choose({});
}
new ResizeObserver(resize).observe(stage);
resize();
highlight(undefined);

/** For tests and scripts: what is shown, and how many edges were drawn so far. */
Object.assign(globalThis, { circuitView: { drawn: canvases.drawn, current: () => ({ state, visible }) } });
