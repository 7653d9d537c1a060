/** Observable Plot without a browser, its legend inside the drawing. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { drawLegend, type LegendEntry } from "./legend.ts";

/** The paper's colours of what fine-tuning adds and removes. */
export const ADDED = "#104670";
export const REMOVED = "#E47159";
export const KEPT = "#b9bcc2";

/** Colours of series, told apart also by most people who are colour-blind (Okabe and Ito's set, without yellow). */
export const SERIES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#8B6914", "#555555"];

/**
 * Draws a plot as SVG text that can be opened alone.
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
    style: { fontFamily: "system-ui, sans-serif", fontSize: "12px", background: "white" },
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
