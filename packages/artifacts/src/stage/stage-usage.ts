import { z } from "zod";
import type { StageDefinition } from "./stage.ts";

/** What a stage is, what it reads and writes, and every key of its configuration. */
export function stageUsage<Config>(definition: StageDefinition<Config>): string {
  const inputs = Object.entries(definition.inputs ?? {}).map(([role, { tables, optional, several }]) => {
    const files = tables.map(({ file }) => file).join(", ");
    const number = [optional && "optional", several && "of one stage or several"].filter(Boolean);
    return `  ${role.padEnd(12)} ${files}${number.length > 0 ? ` (${number.join(", ")})` : ""}`;
  });
  const outputs = definition.outputs.map(({ file, meaning }) => `  ${file.padEnd(24)} ${meaning}`);
  const section = (title: string, lines: string[]) => (lines.length > 0 ? ["", title, ...lines] : []);
  return [
    `The ${definition.uses} stage ${definition.description}.`,
    "",
    "  --experiment FILE  the experiment.json",
    "  --point POINT      which point of its sweep, such as within-100",
    "  --stage NAME       which of its stages",
    ...section("Inputs", inputs),
    ...section("Outputs", outputs),
    ...section("Configuration", configLines(definition.configSchema)),
    "",
  ].join("\n");
}

/** A line for each key of a configuration, those inside others below them. */
function configLines(schema: z.ZodType): string[] {
  return keyLines(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Property, 1);
}

/** The parts of JSON Schema that describe a key. */
interface Property {
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Property>;
  items?: Property;
  anyOf?: Property[];
  oneOf?: Property[];
}

/** The keys of an object with their meaning, values and default, each followed by the keys inside it. */
function keyLines({ properties = {} }: Property, depth: number): string[] {
  return Object.entries(properties).flatMap(([key, property]) => {
    const { description = "", const: only, default: preset } = property;
    const values = valuesOf(property);
    const shown = [
      description,
      only !== undefined && JSON.stringify(only),
      values.length > 1 && `(${values.map(String).join(", ")})`,
      preset !== undefined && !isPlain(preset) && `(default ${JSON.stringify(preset)})`,
    ];
    const line = `${"  ".repeat(depth)}${key.padEnd(22 - 2 * depth)} ${shown.filter(Boolean).join(" ")}`;
    return [line.trimEnd(), ...innerLines(property, depth + 1)];
  });
}

/** The keys inside a key: of an object, of a list's elements, or of each of several forms. */
function innerLines(property: Property, depth: number): string[] {
  const forms = formsOf(property).filter(({ properties }) => properties);
  if (forms.length < 2) return forms.flatMap((form) => keyLines(form, depth));
  const key = discriminatorOf(forms);
  return forms.flatMap((form) => {
    const { [key ?? ""]: name, ...others } = form.properties ?? {};
    const head = name === undefined ? "either" : `${key} ${name.const}`;
    return [`${"  ".repeat(depth)}${head}`, ...keyLines({ properties: others }, depth + 1)];
  });
}

/** The key that has another value in each of several forms, if there is one. */
function discriminatorOf([first, ...others]: readonly Property[]): string | undefined {
  return Object.keys(first?.properties ?? {}).find((key) =>
    [first, ...others].every((form) => form?.properties?.[key]?.const !== undefined),
  );
}

function formsOf(property: Property): Property[] {
  const { items, anyOf, oneOf } = property;
  if (items) return formsOf(items);
  return (anyOf ?? oneOf)?.flatMap(formsOf) ?? [property];
}

function valuesOf({ enum: values, anyOf = [], oneOf = [] }: Property): unknown[] {
  return values ?? [...anyOf, ...oneOf].flatMap(({ const: value }) => (value === undefined ? [] : [value]));
}

/** Whether a default is not worth showing: its keys have their own. */
function isPlain(preset: unknown): boolean {
  return (
    typeof preset === "object" &&
    preset !== null &&
    Object.keys(preset).length === 0 &&
    !Array.isArray(preset)
  );
}
