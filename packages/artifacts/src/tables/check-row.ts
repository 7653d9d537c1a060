import { UserError } from "@ft/bytes";
import type { AnySchema } from "../schemas/schema.ts";
import { orderChecker } from "./check-order.ts";
import { valueProblem } from "./check-value.ts";

/**
 * Starts a pass over a table: a function that takes its rows one by one and checks each against the contract, by itself
 * and in its place among the rows.
 *
 * The function throws a UserError naming the file, row and column if a row breaks the contract.
 */
export function rowChecker(schema: AnySchema, file: string): (row: Record<string, unknown>) => void {
  const columns = Object.entries(schema.columns);
  const orderProblem = orderChecker(schema.order ?? {});
  const follower = schema.follow?.();
  let index = 0;
  return (row) => {
    for (const [name, column] of columns) {
      const problem = valueProblem(column, row[name]);
      if (problem) {
        const place = `row ${index}, column ${name} (${column.meaning})`;
        throw new UserError(`a value does not fit table ${schema.name}: ${problem}`, { file, place });
      }
    }
    const problem = schema.problem?.(row) ?? orderProblem(row) ?? follower?.problem(row);
    if (problem) {
      const place = `row ${index}`;
      throw new UserError(`a row does not fit table ${schema.name}: ${problem}`, { file, place });
    }
    index++;
  };
}
