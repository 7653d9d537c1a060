import { didYouMean, renderValue } from "@ft/bytes";
import type { z } from "zod";
import { knownKeys } from "./known-keys.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The text for a place in a configuration, such as "stages.circuits.config.steps". */
export type RenderPlace = (path: Path) => string;

/**
 * Zod's issues as lines for people: path, problem, value found, and the name that was probably meant.
 *
 * @param value what was parsed
 * @param at names the place of a path in `value`
 */
export function describeIssues(
  schema: z.ZodType,
  issues: readonly Issue[],
  value: unknown,
  at: RenderPlace,
): string[] {
  const describe = (issue: Issue, parent: Path): string[] => {
    const path = [...parent, ...issue.path];
    const found = valueAt(value, path);
    switch (issue.code) {
      case "unrecognized_keys": {
        const known = knownKeys(schema, value, path);
        return issue.keys.map((key) => `${at([...path, key])}: unknown key${suggest(key, known)}`);
      }
      case "invalid_value":
        return [`${at(path)}: ${notAmong(issue.values, found)}`];
      case "invalid_type":
        if (found === undefined) return [`${at(path)}: missing (${issue.expected})`];
        return [`${at(path)}: ${renderValue(found)} is not of type ${issue.expected}`];
      case "invalid_union": {
        if ("options" in issue && issue.options) return [`${at(path)}: ${notAmong(issue.options, found)}`];
        const branch = nearestBranch(issue.errors);
        if (branch) return branch.flatMap((inner) => describe(inner, path));
        break;
      }
      case "invalid_key":
        return issue.issues.map((inner) => `${at(path)}: ${inner.message}`);
    }
    return [`${at(path)}: ${issue.message}${found === undefined ? "" : `, found ${renderValue(found)}`}`];
  };
  return issues.flatMap((issue) => describe(issue, []));
}

/** The member of a union that the value comes nearest to: with the fewest issues, none of them about its type. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches
    .filter((issues) => !issues.some((issue) => issue.path.length === 0 && issue.code === "invalid_type"))
    .toSorted((a, b) => mistakes(a) - mistakes(b))[0];
}

/** How many mistakes there are, each unknown key counted. */
function mistakes(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
}

function notAmong(values: readonly unknown[], found: unknown): string {
  const known = values.map(String);
  return found === undefined
    ? `missing${suggest("", known)}`
    : `${renderValue(found)} is not known${suggest(found, known)}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
}

/** The nearest known name; all of them if none is near. */
function suggest(name: unknown, known: readonly string[]): string {
  return didYouMean(String(name), known) || (known.length > 0 ? `; known: ${known.join(", ")}` : "");
}
