import { didYouMean, renderValue } from "@ft/bytes";
import type { Column } from "../schemas/schema.ts";

const INT32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };

/** What is wrong with a value for a column, if anything. */
export function valueProblem(column: Column<unknown>, value: unknown): string | undefined {
  if (value === null) return column.nullable ? undefined : "null, but the column must have a value";
  switch (column.type) {
    case "int32":
      return integerProblem(column, value);
    case "float64":
      return floatProblem(column, value);
    case "bool":
      return typeof value === "boolean" ? undefined : `${renderValue(value)} is not a boolean`;
    case "utf8":
      return textProblem(column, value);
    case "binary":
      return value instanceof Uint8Array ? undefined : `${renderValue(value)} is not bytes`;
    case "list<int32>":
      return itemsProblem(integerProblem, column, value);
    case "list<float64>":
      return itemsProblem(floatProblem, column, value);
  }
}

function itemsProblem(
  itemProblem: (column: Column<unknown>, value: unknown) => string | undefined,
  column: Column<unknown>,
  value: unknown,
): string | undefined {
  if (!Array.isArray(value)) return `${renderValue(value)} is not a list`;
  for (const item of value) {
    const problem = itemProblem(column, item);
    if (problem) return problem;
  }
  return undefined;
}

function integerProblem(column: Column<unknown>, value: unknown): string | undefined {
  if (!Number.isInteger(value) && typeof value !== "bigint") return `${renderValue(value)} is not an integer`;
  return rangeProblem(INT32, value as number | bigint) ?? rangeProblem(column, value as number);
}

function floatProblem(column: Column<unknown>, value: unknown): string | undefined {
  if (typeof value === "bigint") return `${value} cannot be a float64 without losing digits`;
  if (typeof value !== "number") return `${renderValue(value)} is not a number`;
  if (!Number.isFinite(value)) return column.infinite ? undefined : `${value} is not a finite number`;
  return rangeProblem(column, value);
}

function rangeProblem(
  range: { minimum?: number; maximum?: number },
  value: number | bigint,
): string | undefined {
  if (range.minimum !== undefined && value < range.minimum) return `${value} is less than ${range.minimum}`;
  if (range.maximum !== undefined && value > range.maximum) return `${value} is more than ${range.maximum}`;
  return undefined;
}

function textProblem(column: Column<unknown>, value: unknown): string | undefined {
  if (typeof value !== "string") return `${renderValue(value)} is not a string`;
  if (/\p{Surrogate}/u.test(value)) return `${renderValue(value)} holds half a surrogate pair`;
  if (column.pattern && !column.pattern.test(value))
    return `${renderValue(value)} does not have the form ${column.pattern.source}`;
  if (!column.oneOf || column.oneOf.includes(value)) return undefined;
  return `${renderValue(value)} is not one of ${column.oneOf.join(", ")}${didYouMean(value, column.oneOf)}`;
}
