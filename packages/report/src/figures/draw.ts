/** Observable Plot without a browser, with the legend inside the drawing. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Colours of series, safe for most colour-blind people (Okabe and Ito's set, without yellow). */
export const SERIES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#8B6914", "#555555"];

/** Dashes of series, as many as there are rounds of colours. */
const DASHES = ["none", "6 3", "2 2"];

/** Styles that distinguish the lines of many series: by colour and, when the colours run out, by dashes. */
export interface LineStyles {
  /** For Plot: a scale of colours, without a legend. */
  color: { domain: string[]; range: string[] };
  dashOf(name: string): string;
  legend: LegendEntry[];
}

/** Styles for the lines of named series; of more than 21 some look alike. */
export function lineStyles(names: readonly string[]): LineStyles {
  const colorAt = (i: number) => SERIES[i % SERIES.length]!;
  const dashAt = (i: number) => DASHES[Math.floor(i / SERIES.length) % DASHES.length]!;
  return {
    color: { domain: [...names], range: names.map((_, i) => colorAt(i)) },
    dashOf: (name) => dashAt(names.indexOf(name)),
    legend: names.map((label, i) => ({ label, color: colorAt(i), dash: dashAt(i) })),
  };
}

/** Fonts by name, for programs that know no system font. */
const FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/**
 * Draws a plot as self-contained SVG text.
 *
 * @param options Plot's; `color.legend` puts the colour scale's values into the legend
 * @param further entries of the legend after those
 */
export function draw({ color, ...options }: Plot.PlotOptions, further: readonly LegendEntry[] = []): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const { legend = false, ...scale } = color ?? {};
  const plot = Plot.plot({
    width: 980,
    height: 340,
    marginLeft: 56,
    marginBottom: 44,
    style: { fontFamily: FONTS, fontSize: "12px", background: "white" },
    color: scale,
    ...options,
    document: document as unknown as NonNullable<Plot.PlotOptions["document"]>,
  });
  const colours = legend ? plot.scale("color") : undefined;
  const series = [...(colours?.domain ?? [])].map((value) => ({
    label: `${value}`,
    color: colours!.apply(value),
  }));
  drawLegend(plot as unknown as SVGSVGElement, [...series, ...further]);
  plot.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return plot.outerHTML;
}

/** An entry of the legend, which is part of the drawing, above the plot. */
export interface LegendEntry {
  label: string;
  color: string;
  /** The sample: a filled square, or a line with these dashes ("none" for a solid one). @default a square */
  dash?: string;
}

const SAMPLE = 14; // px
const ROW = 20;
/** The usual width of a character at 12 px; there is no browser to measure labels. */
const CHARACTER = 6.6;

/** The margin that labels of a band need, in px. */
export function labelMargin(labels: readonly string[]): number {
  return 16 + CHARACTER * Math.max(...labels.map(({ length }) => length));
}

/** Adds a legend in as many rows as its entries need; the drawing grows upwards by their height. */
function drawLegend(svg: SVGSVGElement, entries: readonly LegendEntry[]): void {
  if (entries.length === 0) return;
  const width = Number(svg.getAttribute("width"));
  const height = Number(svg.getAttribute("height"));
  const places = place(entries, width);
  const rows = places.at(-1)!.row + 1;
  const top = -rows * ROW - 6;
  svg.setAttribute("viewBox", `0 ${top} ${width} ${height - top}`);
  svg.setAttribute("height", `${height - top}`);
  const group = append(svg, "g", { "aria-label": "legend" });
  for (const { label, color, dash, x, row } of places) {
    const y = top + (row + 0.5) * ROW + 3;
    if (dash === undefined)
      append(group, "rect", { x, y: y - SAMPLE / 2, width: SAMPLE, height: SAMPLE, fill: color });
    else {
      const line = { x1: x, y1: y, x2: x + SAMPLE, y2: y, stroke: color, "stroke-width": 2 };
      append(group, "line", { ...line, "stroke-dasharray": dash });
    }
    append(group, "text", {
      x: x + SAMPLE + 5,
      y: y + 4,
      "text-anchor": "start",
      fill: "currentColor",
    }).textContent = label;
  }
}

function place(entries: readonly LegendEntry[], width: number) {
  let [x, row] = [4, 0];
  return entries.map((entry) => {
    const needs = SAMPLE + 5 + CHARACTER * entry.label.length + 16;
    if (x > 4 && x + needs > width) [x, row] = [4, row + 1];
    const at = { ...entry, x, row };
    x += needs;
    return at;
  });
}

function append(parent: Element, name: string, attributes: Record<string, string | number>): Element {
  const element = parent.ownerDocument.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  return parent.appendChild(element);
}
