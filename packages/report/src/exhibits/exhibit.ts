/** A figure with the table it is drawn from. */
import type { Results } from "../results.ts";

/** The interactive page of the circuits, next to the report. */
export const CIRCUIT_PAGE = "circuit.html";

/** A value of a table. CSV has numbers in full, the page in the column's format. */
export type Cell = string | number | boolean | null;

export interface Column {
  /** The name in the CSV: camelCase, like the columns of Arrow tables. */
  name: string;
  /** The heading on the page. @default the name's words */
  label?: string;
  /** The format of a number on the page. @default three significant digits, integers in full */
  format?: (value: number) => string;
}

/** Rows under named columns. Fractions are fractions; the page shows them as percent. */
export interface ExhibitTable {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

export interface Exhibit extends ExhibitTable {
  /** Name of its files, such as "accuracy". */
  id: string;
  title: string;
  /** Axes, units and what to compare, in two or three sentences. */
  caption: string;
  /** SVG text. */
  figure?: string;
  /** Whether {@link CIRCUIT_PAGE} shows the same interactively. */
  interactive?: boolean;
  /** Data of the figure beyond the table, one row per seed: a CSV, not shown on the page. */
  bySeed?: ExhibitTable;
}

/** Makes an exhibit, or undefined if the experiment has no data for it. */
export type ExhibitMaker = (results: Results) => Exhibit | undefined;
