import { bulleted, UserError } from "@ft/bytes";
import { renderPath } from "@ft/experiment";
import type { z } from "zod";
import { type ConfigProblem, describeIssues } from "./describe-issues.ts";

/** Where a configuration is: the file, and the path to it inside the file. */
export interface ConfigPlace {
  file?: string;
  /** Such as "stages.circuits.config"; a function of the path if its parts come from several places. @default the top of the file */
  place?: string | ((path: readonly PropertyKey[]) => string);
}

/**
 * Checks a value against a zod schema and fills in the defaults.
 *
 * @throws UserError listing every problem with its path and value, and the nearest known name for misspelt ones
 */
export function parseConfig<T>(schema: z.ZodType<T>, value: unknown, { file, place }: ConfigPlace = {}): T {
  const parsed = tryConfig(schema, value);
  if ("config" in parsed) return parsed.config;
  const lines = parsed.problems.map(({ path, problem }) => `${renderPlace(place, path)}: ${problem}`);
  const mistakes = lines.length === 1 ? "a mistake" : `${lines.length} mistakes`;
  throw new UserError(bulleted(`the configuration has ${mistakes}`, lines), { file });
}

/** Like {@link parseConfig}, for callers that report other problems too: returns the configuration or its problems. */
export function tryConfig<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { config: T } | { problems: ConfigProblem[] } {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { config: parsed.data }
    : { problems: describeIssues(schema, parsed.error.issues, value) };
}

function renderPlace(place: ConfigPlace["place"] = "", path: readonly PropertyKey[]): string {
  if (typeof place === "function") return place(path);
  const inner = renderPath(path);
  const joint = place === "" || inner === "" || inner.startsWith("[") ? "" : ".";
  return `${place}${joint}${inner}` || "(top)";
}
