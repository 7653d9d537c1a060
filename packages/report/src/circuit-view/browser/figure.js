/** What is shown as an SVG that stands alone: title, legend, labels, fonts. */
import { fateStyles, fates } from "./circuit.js";
import { curveOf, layOut, shortName } from "./layout.js";
import { countVisible, nodesWithEdges } from "./state.js";

/** @import { Circuits, Fate } from "./circuit.js" */
/** @import { Layout, Place } from "./layout.js" */

const WIDTH = 980;
const INK = "#1d2330";
const FONT = "Helvetica, Arial, sans-serif";
/** The width of a line of 12 px text, in characters of the widest usual font. */
const LINE = 130;

/**
 * How strongly edges are coloured, from 0 to 1, by how many are shown. There are few steps, so that a choice seldom changes
 * how all the other edges look. Many lines are also as thin as can be: they cover less of each other and are drawn faster.
 */
const densities = [
  { most: 500, opacity: 0.9, isDense: false },
  { most: 1500, opacity: 0.55, isDense: false },
  { most: Number.POSITIVE_INFINITY, opacity: 0.25, isDense: true },
];

/**
 * How an edge is drawn if so many are shown.
 *
 * @param {Fate} fate
 * @param {number} count of all edges shown
 * @returns {{ color: string, dash: readonly number[], width: number, opacity: number, isDense: boolean }}
 */
export function lineOf(fate, count) {
  const { color, dash, width } = fateStyles[fate];
  const { opacity, isDense } = /** @type {typeof densities[number]} */ (
    densities.find(({ most }) => count <= most)
  );
  return isDense
    ? { color, dash: dash.map((length) => 2 * length), width: 1, opacity, isDense }
    : { color, dash, width, opacity, isDense };
}

/**
 * The figure as SVG text.
 *
 * @param {Circuits} circuits
 * @param {Record<Fate, readonly number[]>} visible the edges shown
 * @param {object} texts
 * @param {string} texts.caption what is shown
 * @param {boolean} texts.compared whether the legend has the fates: there are two checkpoints
 * @returns {string}
 */
export function figureOf(circuits, visible, { caption, compared }) {
  const layout = layOut(circuits, WIDTH);
  const lines = wrap(caption, LINE);
  const top = 56 + 16 * lines.length;
  const height = top + layout.height + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}" height="${height}" viewBox="0 0 ${layout.width} ${height}" font-family="${FONT}" font-size="12" fill="${INK}" role="img">`,
    `<title>${escapeText(circuits.title)}</title>`,
    `<desc>${escapeText(`${caption} ${circuits.about}`)}</desc>`,
    `<rect width="100%" height="100%" fill="white"/>`,
    `<text x="14" y="24" font-size="16" font-weight="600">${escapeText(circuits.title)}</text>`,
    ...lines.map((line, i) => `<text x="14" y="${44 + 16 * i}">${escapeText(line)}</text>`),
    legend(visible, top - 8, compared),
    `<g transform="translate(0 ${top + 6})">`,
    edgesAsSvg(circuits, layout, visible),
    labelsAsSvg(circuits, layout),
    nodesAsSvg(circuits, layout, visible),
    "</g>",
    `<text x="${layout.left}" y="${height - 8}">Columns: attention heads by number; m: the layer's MLP.</text>`,
    "</svg>",
    "",
  ].join("\n");
}

/**
 * @param {Record<Fate, readonly number[]>} visible
 * @param {number} y
 * @param {boolean} compared
 */
function legend(visible, y, compared) {
  const entries = fates
    .filter((fate) => compared || fate === "kept")
    .map((fate, i) => {
      const x = 14 + 150 * i;
      const label = `${compared ? fate : "in the circuit"} (${visible[fate].length.toLocaleString("en-US")})`;
      return `<line x1="${x}" y1="${y - 4}" x2="${x + 34}" y2="${y - 4}" ${strokeOf(fateStyles[fate])}/><text x="${x + 42}" y="${y}">${label}</text>`;
    });
  return `<g aria-label="legend">${entries.join("")}</g>`;
}

/** @param {{ color: string, dash: readonly number[], width: number }} line */
function strokeOf({ color, dash, width }) {
  return `stroke="${color}" stroke-width="${width}"${dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : ""}`;
}

/** @param {Circuits} circuits @param {Layout} layout @param {Record<Fate, readonly number[]>} visible */
function edgesAsSvg(circuits, layout, visible) {
  const count = countVisible(visible);
  const groups = fates.map((fate) => {
    const paths = visible[fate].map((edge) => {
      const { from, control, to } = curveOf(circuits, layout, edge);
      return `<path d="M${at(from)}Q${at(control)} ${at(to)}"/>`;
    });
    const line = lineOf(fate, count);
    return `<g class="${fate}" stroke-opacity="${line.opacity.toFixed(2)}" ${strokeOf(line)}>${paths.join("")}</g>`;
  });
  return `<g fill="none">${groups.join("\n")}</g>`;
}

/** @param {Place} place */
const at = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** @param {Circuits} circuits @param {Layout} layout */
export function labelsAsSvg({ layers }, layout) {
  const rows = Array.from({ length: layers }, (_, layer) => {
    // The first node of a layer is as high as all of them.
    const y = layout.nodes[1 + layer * ((layout.nodes.length - 2) / layers)]?.y ?? 0;
    return `<text x="${layout.left - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end">layer ${layer}</text>`;
  });
  return `<g class="labels">${rows.join("")}</g>`;
}

/** @param {Circuits} circuits @param {Layout} layout @param {Record<Fate, readonly number[]>} visible */
function nodesAsSvg(circuits, layout, visible) {
  const used = nodesWithEdges(circuits, visible);
  const size = fontSizeOf(layout);
  const marks = layout.nodes.map(({ x, y }, node) => {
    const name = circuits.nodes[node] ?? "";
    if (!used.has(node)) return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="1.5" fill="#8a919c"/>`;
    const circle = `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${layout.radius.toFixed(1)}" fill="white" stroke="${INK}"/>`;
    return `<g><title>${name}</title>${circle}<text x="${x.toFixed(1)}" y="${(y + 0.35 * size).toFixed(1)}" font-size="${size}" text-anchor="middle">${shortName(name)}</text></g>`;
  });
  return `<g class="nodes">${marks.join("")}</g>`;
}

/** The size of a node's label, in pixels. @param {Layout} layout */
export const fontSizeOf = ({ radius }) => Math.max(8, Math.min(11, Math.round(radius)));

/** @param {string} text */
const escapeText = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/**
 * A text in lines of at most so many characters, unless a word is longer.
 * @param {string} text
 * @param {number} most
 */
function wrap(text, most) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (longer.length <= most) lines[Math.max(0, lines.length - 1)] = longer;
    else lines.push(word);
  }
  return lines;
}
