/** Observable Plot without a browser. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** The paper's colours of what fine-tuning adds and removes. */
export const ADDED = "#104670";
export const REMOVED = "#E47159";
export const KEPT = "#b9bcc2";

/** Colours of series, told apart also by most people who are colour-blind (Okabe and Ito's set, without yellow). */
export const SERIES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#8B6914", "#555555"];

/** Draws a plot and returns it as SVG text (in a figure element where it has a legend). */
export function draw(options: Plot.PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const plot = Plot.plot({
    width: 980,
    height: 340,
    marginLeft: 56,
    marginBottom: 44,
    style: { fontFamily: "inherit", fontSize: "12px" },
    ...options,
    document: document as unknown as NonNullable<Plot.PlotOptions["document"]>,
  });
  return plot.outerHTML;
}
