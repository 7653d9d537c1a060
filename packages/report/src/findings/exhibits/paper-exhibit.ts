/** The paper's tables and figures over experiments. */
import { type Interval, meanInterval } from "@ft/statistics";
import type { Cell, ExhibitTable } from "../../exhibits/exhibit.ts";
import { asPercent } from "../../format.ts";
import type { ClaimFinding } from "../judge-tasks.ts";
import type { FinishedExperiment } from "../read-experiments.ts";

/** A row of a CSV: values by column, in the columns' order. */
export type Point = Readonly<Record<string, Cell>>;

/** A table in the paper's layout, its data by seed and, if it has one, its figure. */
export interface PaperExhibit {
  /** Name of its files. */
  id: string;
  title: string;
  /** What is shown, its unit and what to compare. */
  caption: string;
  /** Claims that it is about, by id. */
  claims: readonly string[];
  /** The table of the page and in LaTeX. Cells are formatted; what was not measured is {@link NOT_RUN}. */
  layout: ExhibitTable;
  /** The CSV: what table and figure were made from, a row per seed or finer. Fractions are fractions. */
  points: readonly Point[];
  /** SVG text, drawn from the points alone; undefined without any. */
  figure?: string | undefined;
}

/** Makes an exhibit from all experiments; undefined if nothing is known about it, not even a published figure. */
export type PaperExhibitMaker = (
  experiments: readonly FinishedExperiment[],
  findings: readonly ClaimFinding[],
) => PaperExhibit | undefined;

/** The cell of an experiment or a method without results. */
export const NOT_RUN = "not run";

/** Columns of text. */
export function textColumns(...labels: readonly string[]): { name: string; label: string }[] {
  return labels.map((label) => ({ name: label, label }));
}

/** A fraction in percent, without the sign, which the caption names. */
export function percentText(value: number): string {
  return asPercent(value).replace("%", "");
}

/** A mean of fractions with its 95% interval and its number of values: "90.2 (88.8 to 91.5), n = 5", in percent. */
export function percentCell(values: readonly number[]): string {
  if (values.length === 0) return NOT_RUN;
  return `${intervalText(meanInterval(values), percentText)}, ${countText(values.length)}`;
}

/** "mean (low to high)", or the mean alone if the spread is unknown; lines break only before the interval. */
export function intervalText({ mean, low, high }: Interval, format: (value: number) => string): string {
  return low === null ? format(mean) : `${format(mean)} (${format(low)}\u00a0to\u00a0${format(high!)})`;
}

/** "n = 5", which no line breaks. */
export function countText(count: number): string {
  return `n\u00a0=\u00a0${count}`;
}

/** The different values of a column, in the order in which they first occur. */
export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

/** Points as a table; undefined without any. */
export function pointTable(points: readonly Point[]): ExhibitTable | undefined {
  const [first] = points;
  if (!first) return undefined;
  const names = Object.keys(first);
  return {
    columns: names.map((name) => ({ name })),
    rows: points.map((point) => names.map((name) => point[name] ?? null)),
  };
}
