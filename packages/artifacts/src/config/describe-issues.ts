import type { z } from "zod";
import { didYouMean } from "../errors/nearest.ts";
import { renderValue } from "../errors/user-error.ts";
import { knownKeys } from "./known-keys.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Zod's issues as lines for people: path, problem, value found, and the name that was probably meant.
 *
 * @param place the path of `value` inside its file
 */
export function describeIssues(
  schema: z.ZodType,
  issues: readonly Issue[],
  value: unknown,
  place = "",
): string[] {
  return issues.flatMap((issue) => describe(schema, issue, value, place, []));
}

function describe(schema: z.ZodType, issue: Issue, value: unknown, place: string, parent: Path): string[] {
  const path = [...parent, ...issue.path];
  const at = (keys: Path) => renderPath(place, keys);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => {
        const known = knownKeys(schema, value, path);
        return `${at([...path, key])}: unknown key${didYouMean(key, known) || allowed(known)}`;
      });
    case "invalid_value": {
      const found = valueAt(value, path);
      if (found === undefined) return [`${at(path)}: missing${allowed(issue.values)}`];
      const hint = typeof found === "string" ? didYouMean(found, issue.values.map(String)) : "";
      return [`${at(path)}: ${renderValue(found)} is not one of ${issue.values.join(", ")}${hint}`];
    }
    case "invalid_union": {
      // The branch that comes nearest says what is wrong; if none fits at all, zod's message does.
      const branch = issue.errors.toSorted((a, b) => a.length - b.length)[0];
      if (!branch || branch.some((inner) => inner.path.length === 0 && inner.code === "invalid_type")) break;
      return branch.flatMap((inner) => describe(schema, inner, value, place, path));
    }
    case "invalid_key":
    case "invalid_element":
      return issue.issues.flatMap((inner) => describe(schema, inner, value, place, path));
  }
  const found = valueAt(value, path);
  if (found === undefined && issue.code === "invalid_type")
    return [`${at(path)}: missing (${issue.expected})`];
  return [`${at(path)}: ${issue.message}${found === undefined ? "" : `, found ${renderValue(found)}`}`];
}

/** `stages.probe.config.checkpoints[2]`, with `place` in front. */
function renderPath(place: string, path: Path): string {
  const text = path.reduce<string>(
    (rendered, key) =>
      typeof key === "number" ? `${rendered}[${key}]` : `${rendered}${rendered && "."}${String(key)}`,
    place,
  );
  return text || "(top)";
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
}

function allowed(names: readonly unknown[]): string {
  return names.length > 0 ? `; known: ${names.join(", ")}` : "";
}
