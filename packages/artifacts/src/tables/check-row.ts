import { UserError } from "@ft/bytes";
import type { AnySchema } from "../schemas/schema.ts";
import { valueProblem } from "./check-value.ts";

/** @throws UserError naming the file, row and column if a row breaks its table's contract */
export function checkRow(schema: AnySchema, row: Record<string, unknown>, file: string, index: number): void {
  for (const [name, column] of Object.entries(schema.columns)) {
    const problem = valueProblem(column, row[name]);
    if (problem) {
      const place = `row ${index}, column ${name} (${column.meaning})`;
      throw new UserError(`a value does not fit table ${schema.name}: ${problem}`, { file, place });
    }
  }
  const problem = schema.problem?.(row);
  if (problem)
    throw new UserError(`a row does not fit table ${schema.name}: ${problem}`, {
      file,
      place: `row ${index}`,
    });
}
