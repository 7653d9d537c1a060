/** A comparison of circuits as text for people. */

import { formatInteger } from "@ft/artifacts";
import type { CircuitComparison, Difference } from "@ft/graph";

/** A table of nodes and edges, then every layer by its edge change, with its share of the total as a bar. */
export function renderComparison({ nodes, edges, layers }: CircuitComparison): string {
  const columns = ["", "before", "after", "Jaccard", "changed", "change rate"];
  const row = (name: string, d: Difference) => [
    name,
    formatInteger(d.before),
    formatInteger(d.after),
    d.jaccard.toFixed(4),
    formatInteger(d.changed),
    `${(100 * d.changeRate).toFixed(2)}%`,
  ];
  const total = layers.reduce((sum, { change }) => sum + change, 0);
  const share = (change: number) => (total === 0 ? 0 : change / total);
  const ranking = layers.map(({ layer, change }) => [
    String(layer),
    change.toExponential(4),
    `${(100 * share(change)).toFixed(1)}%`,
    "#".repeat(Math.round(40 * share(change))),
  ]);
  return [
    ...align([columns, row("nodes", nodes), row("edges", edges)]),
    "",
    "Layers by edge change (an edge counts for its source's layer, the input for layer 0):",
    ...align([["layer", "change", "share", ""], ...ranking]),
    "",
  ].join("\n");
}

/** Right-aligns columns, except texts: names in the first column, and bars. */
function align(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        isText(rows, column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join("  ")
      .trimEnd(),
  );
}

function isText(rows: string[][], column: number): boolean {
  return rows[0]![column] === "";
}
