/** How cost grows, with a figure for each axis. */
import { milliseconds, percent, times } from "../format.ts";
import { type AxisName, axes, axisNames } from "../growth/axes.ts";
import { cpuDeviation, flopsDeviation } from "../growth/expectation.ts";
import type { Growth, MeasuredSeries } from "../growth/measure-growth.ts";
import { seriesName } from "../growth/series-name.ts";
import { markdownTable } from "./markdown-table.ts";

const HEAD = [
  "",
  "from",
  "to",
  "CPU ms",
  "arithmetic",
  "operations",
  "arithmetic from its polynomial",
  "CPU from its line",
];

/** The file of an axis's figure, beside the document. */
export function figureFile(axis: AxisName): string {
  return `growth-${axis}.svg`;
}

export function growthSection(growth: Growth): string {
  return [
    "## Growth",
    `What attribution and evaluation cost on models of nano's width, as one number grows. In the figures, dots are CPU time as
measured; a line is what the counted arithmetic lets expect, on top of a fixed cost and at a fixed speed that the first and
the last dot give. The tables say by how much arithmetic and the number of operations grow, and how far at most arithmetic
is from the polynomial that theory gives, and CPU time from the line.`,
    ...axisNames.map((axis) => axisSection(axis, growth[axis])),
  ].join("\n\n");
}

function axisSection(axis: AxisName, measured: readonly MeasuredSeries[]): string {
  const { title, theory } = axes[axis];
  return [
    `### ${title}`,
    theory,
    `![${title}](${figureFile(axis)})`,
    markdownTable(HEAD, measured.map(row), 1),
  ].join("\n\n");
}

function row(series: MeasuredSeries): string[] {
  const { setup, points } = series;
  const [first, last] = [points[0]!, points.at(-1)!];
  const flops = flopsDeviation(series);
  return [
    seriesName(setup),
    String(first.value),
    String(last.value),
    `${milliseconds(first.cpu)} to ${milliseconds(last.cpu)}`,
    times(last.flops / first.flops),
    times(last.operations / first.operations),
    flops === undefined ? "" : signed(flops),
    signed(cpuDeviation(points)),
  ];
}

function signed(share: number): string {
  return `${share < 0 ? "-" : "+"}${percent(Math.abs(share))}`;
}
