/** The order of evaluation.arrow. */
import type { EvaluationRow } from "@ft/artifacts";

/** Rows by run, step, sample, rule, size and index; models as they come: runs, samples and rules in the order of their first rows. */
export function inTableOrder(rows: readonly EvaluationRow[]): EvaluationRow[] {
  const places = [
    firstPlaces(rows, runOf),
    firstPlaces(rows, ({ sample }) => sample),
    firstPlaces(rows, ({ rule }) => rule),
  ];
  const [run, sample, rule] = places as [Place, Place, Place];
  return [...rows].sort(
    (a, b) =>
      run(a) - run(b) ||
      a.step - b.step ||
      sample(a) - sample(b) ||
      rule(a) - rule(b) ||
      a.size - b.size ||
      a.index - b.index,
  );
}

type Place = (row: EvaluationRow) => number;

/** Numbers the values that rows have, in the order in which they first occur. */
function firstPlaces(rows: readonly EvaluationRow[], textOf: (row: EvaluationRow) => string): Place {
  const places = new Map<string, number>();
  for (const row of rows) {
    const value = textOf(row);
    if (!places.has(value)) places.set(value, places.size);
  }
  return (row) => places.get(textOf(row))!;
}

function runOf({ plan, draw, seed }: EvaluationRow): string {
  return JSON.stringify([plan, draw, seed]);
}
