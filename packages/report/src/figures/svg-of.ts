/** The drawing alone: a plot with a legend is a figure element around two drawings, the last of them the plot. */
export function svgOf(figure: string): string {
  const svg = figure.slice(figure.lastIndexOf("<svg"), figure.lastIndexOf("</svg>") + "</svg>".length);
  return svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}
