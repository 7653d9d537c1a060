/** The paper's tables and figures over experiments. */
import type { Cell, ExhibitTable } from "../../exhibits/exhibit.ts";
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
