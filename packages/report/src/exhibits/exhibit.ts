/** A figure with the table it is drawn from. */
import type { Results } from "../results.ts";

/** A value of a table. Numbers are written in full to CSV, and as the column says on the page. */
export type Cell = string | number | boolean | null;

export interface Column {
  name: string;
  /** How the page shows a number. @default three significant digits after the point, integers whole */
  format?: (value: number) => string;
}

export interface Exhibit {
  /** Name of its files, such as "accuracy". */
  id: string;
  title: string;
  /** What is seen, in two or three sentences: axes, units, what to compare. */
  caption: string;
  /** SVG text. */
  figure?: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

/** Makes an exhibit, or undefined where the experiment did not run what it shows. */
export type ExhibitMaker = (results: Results) => Exhibit | undefined;

/** 0.1234 as "12.3%". */
export const asPercent = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** Three significant digits. */
export const asNumber = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString("en-US") : value.toPrecision(3);
