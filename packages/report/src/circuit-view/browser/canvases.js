/** Edges on canvases: one for each fate, and one for what is highlighted. Each is redrawn only if its edges change. */
import { fates } from "./circuit.js";
import { lineOf } from "./figure.js";
import { curveOf, distanceToCurve } from "./layout.js";
import { countVisible, noEdges } from "./state.js";

/** @import { Circuits, Fate } from "./circuit.js" */
/** @import { Layout, Place } from "./layout.js" */

/** Edges by fate. @typedef {Record<Fate, readonly number[]>} EdgesByFate */

/** How much wider a highlighted edge is. */
const HIGHLIGHT = 1.6;

/**
 * Of many edges, so many are one path, which takes a third of the time. Edges of a path do not darken each other, so they are
 * taken from all over the drawing.
 */
const TOGETHER = 32;

export class Canvases {
  /** How many edges were drawn on each canvas since the page was opened. */
  drawn = { kept: 0, removed: 0, added: 0, highlight: 0 };
  #circuits;
  #canvases;
  /** @type {EdgesByFate} what is on the canvases */
  #shown = noEdges;
  /** Device pixels per pixel. */
  #scale = 1;
  /** @type {readonly number[]} */
  #highlighted = [];
  /** @type {Layout | undefined} */
  #layout;

  /**
   * @param {Circuits} circuits
   * @param {Record<Fate | "highlight", HTMLCanvasElement>} canvases
   */
  constructor(circuits, canvases) {
    this.#circuits = circuits;
    this.#canvases = canvases;
  }

  /** Changes the size of the canvases, which empties them. @param {Layout} layout */
  resize(layout) {
    this.#layout = layout;
    this.#scale = Math.min(2, globalThis.devicePixelRatio || 1);
    for (const canvas of Object.values(this.#canvases)) {
      canvas.width = layout.width * this.#scale;
      canvas.height = layout.height * this.#scale;
      canvas.getContext("2d")?.scale(this.#scale, this.#scale);
    }
    this.#shown = noEdges;
    this.#highlighted = [];
  }

  /** Shows these edges and no others. @param {EdgesByFate} edges */
  show(edges) {
    const [count, before] = [countVisible(edges), countVisible(this.#shown)];
    for (const fate of fates) {
      const looksSame = lineOf(fate, count).opacity === lineOf(fate, before).opacity;
      if (isSame(edges[fate], this.#shown[fate]) && (looksSame || edges[fate].length === 0)) continue;
      this.#draw(fate, { [fate]: edges[fate] }, count);
    }
    this.#shown = edges;
  }

  /** Highlights these edges and no others. @param {EdgesByFate} edges */
  highlight(edges) {
    const all = fates.flatMap((fate) => edges[fate]);
    if (isSame(all, this.#highlighted)) return;
    this.#draw("highlight", edges, 1, HIGHLIGHT);
    this.#highlighted = all;
    this.#canvases.highlight.parentElement?.classList.toggle("dimmed", all.length > 0);
  }

  /**
   * The edge shown that is nearest to a point.
   *
   * @param {Place} point in pixels
   * @param {number} within pixels
   * @returns {{ edge: number, fate: Fate } | undefined}
   */
  edgeAt(point, within) {
    let nearest = within;
    let found;
    for (const fate of fates) {
      for (const edge of this.#shown[fate]) {
        const { from, control, to } = this.#curveOf(edge);
        if (
          point.y < Math.min(from.y, to.y, control.y) - within ||
          point.y > Math.max(from.y, to.y, control.y) + within
        )
          continue;
        const distance = distanceToCurve(point, from, control, to);
        if (distance <= nearest) [nearest, found] = [distance, { edge, fate }];
      }
    }
    return found;
  }

  /** @param {number} edge */
  #curveOf(edge) {
    return curveOf(this.#circuits, /** @type {Layout} */ (this.#layout), edge);
  }

  /**
   * @param {Fate | "highlight"} name of the canvas
   * @param {Partial<EdgesByFate>} edges
   * @param {number} count of the edges that are seen together
   * @param {number} [wider] factor of the widths
   */
  #draw(name, edges, count, wider = 1) {
    const context = this.#canvases[name].getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    for (const fate of fates) {
      const { color, dash, width, opacity, isDense } = lineOf(fate, count);
      context.globalAlpha = opacity;
      context.strokeStyle = color;
      // A line of one device pixel is several times as fast to draw as a wider one.
      context.lineWidth = isDense ? 1 / this.#scale : wider * width;
      context.setLineDash([...dash]);
      const own = edges[fate] ?? [];
      const paths = isDense ? Math.ceil(own.length / TOGETHER) : own.length;
      for (let path = 0; path < paths; path++) {
        context.beginPath();
        for (let i = path; i < own.length; i += paths) {
          const { from, control, to } = this.#curveOf(own[i] ?? 0);
          context.moveTo(from.x, from.y);
          context.quadraticCurveTo(control.x, control.y, to.x, to.y);
        }
        context.stroke();
      }
      this.drawn[name] += own.length;
    }
  }
}

/** @param {readonly number[]} a @param {readonly number[]} b */
function isSame(a, b) {
  return a.length === b.length && a.every((edge, i) => edge === b[i]);
}
