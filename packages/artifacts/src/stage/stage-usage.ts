import { z } from "zod";
import type { StageDefinition } from "./stage.ts";

/** What a stage is, what it reads and writes, and every key of its configuration. */
export function stageUsage<Config>(definition: StageDefinition<Config>): string {
  const inputs = Object.entries(definition.inputs ?? {}).map(
    ([role, { tables, optional }]) =>
      `  ${role.padEnd(12)} ${tables.map(({ file }) => file).join(", ")}${optional ? " (optional)" : ""}`,
  );
  const outputs = definition.outputs.map(({ file, meaning }) => `  ${file.padEnd(24)} ${meaning}`);
  const section = (title: string, lines: string[]) => (lines.length > 0 ? ["", title, ...lines] : []);
  return [
    `The ${definition.uses} stage.`,
    "",
    "  --experiment FILE  the experiment.json",
    "  --stage NAME       which of its stages",
    ...section("Inputs", inputs),
    ...section("Outputs", outputs),
    ...section("Configuration", configLines(definition.configSchema)),
    "",
  ].join("\n");
}

interface Property {
  description?: string;
  default?: unknown;
}

/** A line for each key on top of a configuration: name, default, meaning. */
function configLines(schema: z.ZodType): string[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([key, value]) => {
    const { description = "", default: preset } = value as Property;
    const shown = preset === undefined ? "" : ` (default ${JSON.stringify(preset)})`;
    return `  ${key.padEnd(20)} ${description}${shown}`;
  });
}
