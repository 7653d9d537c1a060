/** A plot of how cost grows along an axis. */
import { draw, SERIES } from "@ft/report";
import * as Plot from "@observablehq/plot";
import { type AxisName, axes } from "./axes.ts";
import { expectedCpu } from "./expectation.ts";
import type { MeasuredSeries } from "./measure-growth.ts";
import { seriesName } from "./series-name.ts";

/** What was measured as dots, what arithmetic lets expect as lines, as SVG text. */
export function growthFigure(axis: AxisName, measured: readonly MeasuredSeries[]): string {
  const rows = measured.flatMap(({ setup, points }) => {
    const expected = expectedCpu(points);
    return points.map(({ value, cpu }, i) => ({
      series: seriesName(setup),
      value,
      cpu,
      expected: expected[i]!,
      last: i === points.length - 1,
    }));
  });
  return draw({
    width: 720,
    height: 320,
    marginTop: 44,
    marginRight: 110,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "12px", background: "white" },
    color: { range: SERIES },
    x: { label: axes[axis].title.toLowerCase(), labelAnchor: "center", zero: true },
    y: { label: "CPU ms (dots: measured; lines: from arithmetic)", zero: true, grid: true },
    marks: [
      Plot.lineY(rows, { x: "value", y: "expected", stroke: "series" }),
      Plot.dot(rows, { x: "value", y: "cpu", fill: "series", r: 3.5 }),
      Plot.text(
        rows.filter(({ last }) => last),
        {
          x: "value",
          y: "expected",
          text: ({ series }: { series: string }) => series.replace(", ", ",\n"),
          fill: "series",
          textAnchor: "start",
          lineAnchor: "bottom",
          dx: 8,
          dy: -5,
        },
      ),
    ],
  });
}
