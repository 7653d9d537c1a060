import { z } from "zod";

/**
 * The keys that a schema has at a path, for suggestions: follows objects, records, arrays, tuples, unions and everything
 * that wraps a schema (optional, default, nullable, pipe, lazy). If a literal or an
 * enumeration discriminates a union's members, only those that match `value` count.
 */
export function knownKeys(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  const keys = branchesAt([schema], value, path).flatMap((branch) =>
    branch instanceof z.ZodObject ? Object.keys(branch.shape) : [],
  );
  return [...new Set(keys)];
}

function branchesAt(schemas: z.ZodType[], value: unknown, path: readonly PropertyKey[]): z.ZodType[] {
  const branches = schemas.flatMap(unwrap).filter((branch) => fits(branch, value));
  const [key, ...rest] = path;
  if (key === undefined) return branches;
  const inner = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return branchesAt(
    branches.flatMap((branch) => child(branch, key)),
    inner,
    rest,
  );
}

/** A schema without its wrappers; the members of a union. */
function unwrap(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(unwrap);
  if (schema instanceof z.ZodPipe) return unwrap(schema.in as z.ZodType);
  if (schema instanceof z.ZodLazy) return unwrap(schema.unwrap() as z.ZodType);
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch;
  return wraps ? unwrap(schema.unwrap() as z.ZodType) : [schema];
}

/** Whether no literal or enumeration of an object schema contradicts the value. */
function fits(schema: z.ZodType, value: unknown): boolean {
  if (!(schema instanceof z.ZodObject) || typeof value !== "object" || value === null) return true;
  return Object.entries(schema.shape).every(([key, part]) => {
    const found = (value as Record<string, unknown>)[key];
    if (found === undefined) return true;
    if (part instanceof z.ZodLiteral) return part.values.has(found as never);
    return !(part instanceof z.ZodEnum) || part.options.includes(found as never);
  });
}

function child(schema: z.ZodType, key: PropertyKey): z.ZodType[] {
  if (schema instanceof z.ZodObject)
    return key in schema.shape ? [schema.shape[key as string] as z.ZodType] : [];
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
  if (schema instanceof z.ZodTuple) return [schema.def.items[key as number] as z.ZodType].filter(Boolean);
  return [];
}
