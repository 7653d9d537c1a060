import { renderValue } from "@ft/bytes";
import type { AnySchema, Sequence } from "../schemas/schema.ts";

type Row = Record<string, unknown>;

/**
 * Starts a pass over a table: a function that takes its rows one by one and returns what is wrong with the order
 * of each, if anything.
 */
export function orderChecker(order: AnySchema["order"] = {}): (row: Row) => string | undefined {
  const levels = (Object.entries(order) as [string, Sequence][]).map(([name, sequence]) => ({
    name,
    sequence,
    /** The values seen since a level above changed. */
    seen: new Set<unknown>(),
  }));
  const last = levels.at(-1);
  if (!last) return () => undefined;
  let before: Row | undefined;

  const problemOf = (row: Row): string | undefined => {
    const changed = before ? levels.findIndex(({ name }) => row[name] !== before![name]) : 0;
    if (changed < 0) {
      const key = levels.map(({ name }) => `${name} ${renderValue(row[name])}`).join(", ");
      return last.sequence === "never falls" ? undefined : `it repeats ${key}`;
    }
    for (const [i, { name, sequence, seen }] of levels.entries()) {
      if (i < changed) continue;
      if (i > changed) seen.clear();
      const problem = sequenceProblem(sequence, row[name], i > changed ? undefined : before?.[name], seen);
      if (problem) return `${name} ${renderValue(row[name])} ${problem}`;
      if (sequence === "together") seen.add(row[name]);
    }
    before = row;
    return undefined;
  };
  const remedy = `rows come by ${levels.map(({ name }) => name).join(", ")}`;
  return (row) => {
    const problem = problemOf(row);
    return problem && `${problem}; ${remedy}`;
  };
}

/** @param before the previous row's value, which differs; undefined for the first row of a group */
function sequenceProblem(
  sequence: Sequence,
  value: unknown,
  before: unknown,
  seen: ReadonlySet<unknown>,
): string | undefined {
  switch (sequence) {
    case "together":
      return seen.has(value) ? "has rows that are not contiguous" : undefined;
    case "rises":
    case "never falls":
      if (before === undefined || (value as number) > (before as number)) return undefined;
      return `comes after ${renderValue(before)}`;
    default: {
      const expected = before === undefined ? Number(sequence.at(-1)) : (before as number) + 1;
      return value === expected ? undefined : `comes where ${expected} should`;
    }
  }
}
