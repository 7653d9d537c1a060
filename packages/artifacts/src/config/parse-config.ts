import { bulleted, UserError } from "@ft/bytes";
import type { z } from "zod";
import { describeIssues } from "./describe-issues.ts";

/** Where a configuration stands: the file, and the path to it inside the file. */
export interface ConfigPlace {
  file?: string;
  /** Such as "stages.circuits.config". @default the top of the file */
  place?: string;
  /** Problems found otherwise, told together with the schema's. @default none */
  further?: readonly string[];
}

/**
 * Checks a value against a zod schema and fills in the defaults.
 *
 * @throws UserError listing every problem with its path and value, and the nearest known name for misspelt ones
 */
export function parseConfig<T>(schema: z.ZodType<T>, value: unknown, at: ConfigPlace = {}): T {
  const parsed = schema.safeParse(value);
  const further = at.further ?? [];
  if (parsed.success && further.length === 0) return parsed.data;
  const issues = parsed.success ? [] : describeIssues(schema, parsed.error.issues, value, at.place);
  throw problemsError([...issues, ...further], at.file);
}

/** One error for all the problems of a configuration. */
function problemsError(problems: readonly string[], file?: string): UserError {
  const mistakes = problems.length === 1 ? "a mistake" : `${problems.length} mistakes`;
  return new UserError(bulleted(`the configuration has ${mistakes}`, problems), { file });
}
