import { didYouMean, renderValue } from "@ft/bytes";
import type { z } from "zod";
import { knownKeys } from "./known-keys.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong with a part of a configuration. */
export interface ConfigProblem {
  path: readonly PropertyKey[];
  problem: string;
}

/**
 * Zod's issues for people: problem, value found, and the name that was probably meant.
 *
 * @param value what was parsed
 */
export function describeIssues(schema: z.ZodType, issues: readonly Issue[], value: unknown): ConfigProblem[] {
  const describe = (issue: Issue, parent: Path): ConfigProblem[] => {
    const path = [...parent, ...issue.path];
    const found = valueAt(value, path);
    switch (issue.code) {
      case "unrecognized_keys": {
        const known = knownKeys(schema, value, path);
        return issue.keys.map((key) => ({
          path: [...path, key],
          problem: `unknown key${suggest(key, known)}`,
        }));
      }
      case "invalid_value":
        return [{ path, problem: notAmong(issue.values, found) }];
      case "invalid_type":
        if (found === undefined) return [{ path, problem: `missing (${issue.expected})` }];
        return [{ path, problem: `${renderValue(found)} is not of type ${issue.expected}` }];
      case "invalid_union": {
        if ("options" in issue && issue.options) return [{ path, problem: notAmong(issue.options, found) }];
        const branch = nearestBranch(issue.errors);
        if (branch) return branch.flatMap((inner) => describe(inner, path));
        break;
      }
      case "invalid_key":
        return issue.issues.map((inner) => ({ path, problem: inner.message }));
    }
    return [
      { path, problem: `${issue.message}${found === undefined ? "" : `, found ${renderValue(found)}`}` },
    ];
  };
  return issues.flatMap((issue) => describe(issue, []));
}

/** The union member that the value is nearest to: the one with the fewest issues, none of them about its type. */
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
