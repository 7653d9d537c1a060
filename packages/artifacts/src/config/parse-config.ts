import { bulleted, UserError } from "@ft/bytes";
import { renderPath } from "@ft/experiment";
import type { z } from "zod";
import { describeIssues, type RenderPlace } from "./describe-issues.ts";

/** Where a configuration stands: the file, and the path to it inside the file. */
export interface ConfigPlace {
  file?: string;
  /** Such as "stages.circuits.config"; a function if its parts come from several places. @default the top of the file */
  place?: string | RenderPlace;
}

/**
 * Checks a value against a zod schema and fills in the defaults.
 *
 * @throws UserError listing every problem with its path and value, and the nearest known name for misspelt ones
 */
export function parseConfig<T>(schema: z.ZodType<T>, value: unknown, at: ConfigPlace = {}): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = describeIssues(schema, parsed.error.issues, value, renderer(at.place));
  const mistakes = problems.length === 1 ? "a mistake" : `${problems.length} mistakes`;
  throw new UserError(bulleted(`the configuration has ${mistakes}`, problems), { file: at.file });
}

/**
 * The problems of a value, each with its place; none if it fits the schema.
 *
 * @param place of the value, see {@link ConfigPlace}
 */
export function configProblems(schema: z.ZodType, value: unknown, place: ConfigPlace["place"]): string[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : describeIssues(schema, parsed.error.issues, value, renderer(place));
}

function renderer(place: ConfigPlace["place"] = ""): RenderPlace {
  if (typeof place === "function") return place;
  return (path) => {
    const inner = renderPath(path);
    const joint = place === "" || inner === "" || inner.startsWith("[") ? "" : ".";
    return `${place}${joint}${inner}` || "(top)";
  };
}
