/** experiment.json as JSON Schema, for editors to complete keys, explain them and mark mistakes. */

import { kinds } from "@ft/artifacts";
import { experimentKeys, methodParts, stageKeys } from "@ft/experiment";
import { z } from "zod";
import type { StageDefinitions } from "./stage-definitions.ts";

/** The part of JSON Schema used here. */
interface Schema {
  [key: string]: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

const NULL = { type: "null" };
const NAME = "^[a-z0-9]+(-[a-z0-9]+)*$";

/** The schema, with the configuration of every kind of stage. An entry may be inherited, so no key is required. */
export function experimentSchema(definitions: StageDefinitions): Schema {
  const names = Object.keys(kinds);
  const configs = new Map(names.map((name) => [name, configSchema(definitions, name)]));
  const described = (keys: Record<string, string>, schemas: Record<string, Schema>) =>
    Object.fromEntries(
      Object.entries(schemas).map(([key, schema]) => [key, { description: keys[key], ...schema }]),
    );
  const inputs = {
    type: "object",
    propertyNames: { pattern: NAME },
    additionalProperties: {
      anyOf: [{ type: "string" }, { type: "array", items: { type: "string" }, minItems: 1 }, NULL],
    },
  };
  const record = (schema: Schema) => ({
    type: "object",
    propertyNames: { pattern: NAME },
    additionalProperties: schema,
  });
  const object = (properties: Record<string, Schema>) => ({
    type: "object",
    properties,
    additionalProperties: false,
  });
  const stage = {
    ...object(
      described(stageKeys, {
        uses: { enum: names },
        inputs,
        config: { type: "object" },
        run: { type: ["string", "null"] },
      }),
    ),
    allOf: names.map((name) => ({
      if: { properties: { uses: { const: name } }, required: ["uses"], not: { required: ["run"] } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { config: { $ref: `#/$defs/${name}` } } },
    })),
  };
  const parts = methodParts.map(({ part, kind, optional }) => {
    const config = { $ref: `#/$defs/${kind.uses}` };
    const schema = part === "plan" ? planSchema(configs.get(kind.uses)!) : config;
    return [
      part,
      { description: kind.description, anyOf: optional ? [schema, { type: "boolean" }] : [schema] },
    ] as const;
  });
  const method = object({ ...Object.fromEntries(parts), inputs });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "experiment.json of finetune-circuits",
    ...object(
      described(experimentKeys, {
        $schema: { type: "string" },
        description: { type: "string" },
        tags: { type: "array", items: { type: "string", pattern: NAME } },
        extends: { type: "string" },
        model: { type: "string" },
        seed: { type: "integer" },
        defaults: object(Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${name}` }]))),
        methods: record({ anyOf: [method, NULL] }),
        sweep: record({ type: "object", additionalProperties: { type: "array", minItems: 1 } }),
        stages: record({ anyOf: [stage, NULL] }),
      }),
    ),
    $defs: Object.fromEntries(configs),
  };
}

/** The configuration of a kind of stage; any part may be inherited, so nothing is required. */
function configSchema(definitions: StageDefinitions, name: string): Schema {
  const schema = z.toJSONSchema(definitions.get(name)!.configSchema, { io: "input", unrepresentable: "any" });
  const { $schema: _, ...rest } = withoutRequired(schema) as Schema;
  return { description: kinds[name as keyof typeof kinds].description, ...rest };
}

/** A plan of a method is named after it. */
function planSchema(lora: Schema): Schema {
  return lora.properties!.plans!.items!;
}

function withoutRequired(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutRequired);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => !(key === "required" && Array.isArray(value)),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutRequired(value)]));
}
