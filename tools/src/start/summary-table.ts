/** The comparison of an experiment's methods as a table for a terminal. */

import {
  datasetSchema,
  describeLeftOut,
  formatInteger,
  isTableManifest,
  leftOutOf,
  readManifest,
  readTable,
  type SummaryRow,
  summarySchema,
  tablePath,
} from "@ft/artifacts";
import Table from "cli-table3";

const NONE = "";

const NO_BORDERS = Object.fromEntries(
  ["top", "bottom", "mid"]
    .flatMap((row) => [row, `${row}-mid`, `${row}-left`, `${row}-right`])
    .concat("left", "left-mid", "mid-mid", "right", "right-mid", "middle")
    .map((name) => [name, ""]),
);

/**
 * The summary that a report stage wrote: one row per method, accuracies and differences in percent with 95% intervals
 * over seeds (and held-out examples, if answers to each are known), without colours.
 *
 * @param folder the report stage's output, or the table in it
 */
export function summaryTable(folder: string): string {
  return renderSummary(readTable(folder, summarySchema));
}

/** {@link summaryTable} of rows. */
export function renderSummary(rows: readonly SummaryRow[]): string {
  const table = new Table({
    head: ["method", "seeds", "trained", "of all", "accuracy", "difference to CircuitLoRA"],
    colAligns: ["left", "right", "right", "right", "left", "left"],
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: NO_BORDERS,
  });
  for (const row of rows)
    table.push([
      row.method,
      row.seeds,
      formatInteger(row.trainableParameters),
      `${percent(row.parameterRatio, 2)}%`,
      `${percent(row.meanAccuracy)}%${interval(row.lowAccuracy, row.highAccuracy)}`,
      row.difference === null
        ? NONE
        : `${signed(row.difference)} points${interval(row.lowDifference, row.highDifference)}`,
    ]);
  return table.toString().replace(/ +$/gm, NONE);
}

/**
 * A line about the imported rows that a data stage left out; undefined if none. Nx shows a stage's own output only if
 * it is run by name.
 *
 * @param folder the stage's output
 */
export function leftOutLine(folder: string): string | undefined {
  const manifest = readManifest(tablePath(folder, datasetSchema));
  const leftOut = leftOutOf(manifest);
  if (leftOut.length === 0 || !isTableManifest(manifest)) return undefined;
  return describeLeftOut(leftOut, manifest.rows);
}

function percent(fraction: number, digits = 1): string {
  return decimal(100 * fraction, { digits, signDisplay: "negative" });
}

function signed(fraction: number): string {
  return decimal(100 * fraction, { digits: 1, signDisplay: "exceptZero" });
}

/** With a fixed number of decimals; what rounds to zero has no sign. */
function decimal(
  value: number,
  { digits, signDisplay }: { digits: number; signDisplay: "negative" | "exceptZero" },
): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay,
    useGrouping: false,
  });
}

function interval(low: number | null, high: number | null): string {
  return low === null || high === null ? NONE : ` (${percent(low)} to ${percent(high)})`;
}
