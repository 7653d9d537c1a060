/** Nodes as SVG over the canvases: one tab stop, arrow keys between nodes. */
import { fontSizeOf, labelsAsSvg } from "./figure.js";
import { shortName } from "./layout.js";

/** @import { Circuits } from "./circuit.js" */
/** @import { Layout } from "./layout.js" */

export class Nodes {
  #svg;
  #circuits;
  /** @type {SVGGElement[]} */
  #marks = [];
  #current = 0;

  /**
   * @param {SVGSVGElement} svg
   * @param {Circuits} circuits
   */
  constructor(svg, circuits) {
    this.#svg = svg;
    this.#circuits = circuits;
    svg.addEventListener("keydown", (event) => this.#move(event));
    // On the parent: a browser would let Tab stop at an SVG that listens to its focus.
    svg.parentElement?.addEventListener("focusin", (event) => {
      const node = this.nodeOf(event.target);
      if (node !== undefined) this.#makeCurrent(node);
    });
  }

  /** Draws all nodes anew. @param {Layout} layout */
  resize(layout) {
    const { nodes } = this.#circuits;
    const size = fontSizeOf(layout);
    const focused = this.#marks.some((mark) => mark === document.activeElement);
    this.#svg.setAttribute("width", `${layout.width}`);
    this.#svg.setAttribute("height", `${layout.height}`);
    this.#svg.innerHTML =
      labelsAsSvg(this.#circuits, layout) +
      layout.nodes
        .map(({ x, y }, node) => {
          const name = nodes[node] ?? "";
          const circle = `<circle r="${layout.radius}"/><circle class="dot" r="1.5"/>`;
          const label = `<text y="${0.35 * size}" font-size="${size}" text-anchor="middle">${shortName(name)}</text>`;
          return `<g class="node" role="button" tabindex="-1" data-node="${node}" aria-label="${name}" transform="translate(${x} ${y})">${circle}${label}</g>`;
        })
        .join("");
    this.#marks = [...this.#svg.querySelectorAll("g")].filter((mark) => mark.matches(".node"));
    this.#makeCurrent(this.#current);
    if (focused) this.#marks[this.#current]?.focus();
  }

  /**
   * Marks nodes that have an edge, and the selected one.
   *
   * @param {ReadonlySet<number>} used
   * @param {number | null} selected
   */
  mark(used, selected) {
    for (const [node, mark] of this.#marks.entries()) {
      mark.classList.toggle("used", used.has(node) || node === selected);
      mark.setAttribute("aria-pressed", `${node === selected}`);
    }
  }

  /** The node that an event's target belongs to. @param {EventTarget | null} target */
  nodeOf(target) {
    const mark = target instanceof Element ? target.closest(".node") : null;
    return mark ? Number(mark.getAttribute("data-node")) : undefined;
  }

  /** @param {number} node */
  #makeCurrent(node) {
    this.#marks[this.#current]?.setAttribute("tabindex", "-1");
    this.#marks[node]?.setAttribute("tabindex", "0");
    this.#current = node;
  }

  /** Arrow keys move between layers and heads, Home and End to the input and the logits. @param {KeyboardEvent} event */
  #move(event) {
    const next = this.#neighbour(event.key);
    if (next === undefined) return;
    event.preventDefault();
    this.#marks[next]?.focus();
  }

  /** @param {string} key */
  #neighbour(key) {
    const { heads, nodes } = this.#circuits;
    const [node, last, row] = [this.#current, nodes.length - 1, heads + 1];
    if (key === "Home") return 0;
    if (key === "End") return last;
    if (key === "ArrowRight") return Math.min(last, node + 1);
    if (key === "ArrowLeft") return Math.max(0, node - 1);
    const middle = Math.floor(heads / 2);
    if (key === "ArrowUp") return node === 0 ? 1 + middle : Math.min(last, node + row);
    if (key === "ArrowDown") return node === last ? last - row + middle : Math.max(0, node - row);
    return undefined;
  }
}
