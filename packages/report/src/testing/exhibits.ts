/** Access to the content of exhibits, for tests. */
import { parseHTML } from "linkedom";
import type { Cell, Exhibit } from "../exhibits/exhibit.ts";

/** The cells of a column, raw and as the page shows them. */
export function column(
  { columns, rows }: Exhibit,
  name: string,
): { values: Cell[]; shown: (string | undefined)[] } {
  const at = columns.findIndex((column) => column.name === name);
  const values = rows.map((row) => row[at]!);
  return { values, shown: values.map((value) => columns[at]!.format?.(Number(value))) };
}

/** An exhibit's figure. */
export function svgOf({ figure }: Exhibit): SVGSVGElement {
  return parseHTML(`<html><body>${figure}</body></html>`).document.querySelector("svg")!;
}

/** The entries of a figure's legend. */
export function legendOf(exhibit: Exhibit): (string | null)[] {
  return [...svgOf(exhibit).querySelectorAll("[aria-label=legend] text")].map(
    ({ textContent }) => textContent,
  );
}
