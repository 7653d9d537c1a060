/** A figure with the table it is drawn from. */
import type { Results } from "../results.ts";

/** A value of a table. Numbers are written in full to CSV, and as the column says on the page. */
export type Cell = string | number | boolean | null;

export interface Column {
  /** As in the CSV: camelCase, like the columns of Arrow tables. */
  name: string;
  /** As on the page. @default the name's words */
  label?: string;
  /** How the page shows a number. @default three significant digits, integers whole */
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
  /** What is seen, in two or three sentences: axes, units, what to compare. */
  caption: string;
  /** SVG text. */
  figure?: string;
  /** What the figure draws beyond the table, one row per seed: a CSV, not shown on the page. */
  bySeed?: ExhibitTable;
}

/** Makes an exhibit, or undefined if the experiment did not run what it shows. */
export type ExhibitMaker = (results: Results) => Exhibit | undefined;
