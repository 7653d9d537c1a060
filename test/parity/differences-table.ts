/** A table for people of how far outputs are from a fixture's. */
import type { Differences } from "./fixture.ts";

/** What one comparison found. */
export interface Difference extends Differences {
  family: string;
  /** The type that the weights are stored in. */
  dtype: string;
  backend: string;
  /** What was compared, such as "logits". */
  quantity: string;
}

/**
 * Prints a line for each family, type of its weights and backend, and a column for each quantity: the largest difference of all
 * comparisons and their mean, relative to the largest values.
 */
export function printDifferences(differences: readonly Difference[]): void {
  const quantities = [...new Set(differences.map(({ quantity }) => quantity))];
  const lineOf = ({ family, dtype, backend }: Difference) => `| ${family} | ${dtype} | ${backend} |`;
  const rows = [...new Set(differences.map(lineOf))].map((line) => {
    const own = differences.filter((one) => lineOf(one) === line);
    const cells = quantities.map((quantity) => summary(own.filter((one) => one.quantity === quantity)));
    return `${line} ${cells.join(" | ")} |`;
  });
  const header = ["family", "weights", "backend", ...quantities];
  const table = [`| ${header.join(" | ")} |`, `|${"---|".repeat(header.length)}`, ...rows.sort()];
  process.stdout.write(`${table.join("\n")}\n`);
}

function summary(differences: readonly Differences[]): string {
  if (differences.length === 0) return "";
  const largest = Math.max(...differences.map((one) => one.largest));
  const mean = differences.reduce((sum, one) => sum + one.mean, 0) / differences.length;
  return `${largest.toExponential(1)}, ${mean.toExponential(1)}`;
}
