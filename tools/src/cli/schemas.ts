import type { AnySchema, Column } from "@ft/artifacts";
import type { Command } from "commander";
import { examples } from "./arguments.ts";

interface Options {
  json?: boolean;
  experiment?: boolean;
}

export function schemas(program: Command): void {
  program
    .command("schemas")
    .description(
      "list the tables that stages read and write, or the columns of one with the Python code to write it",
    )
    .argument("[table]", "show this table's columns, their units and meanings")
    .option("--json", "as JSON: the table named, or all")
    .option("--experiment", "print the JSON Schema of experiment.json, for editors, in place of tables")
    .addHelpText(
      "after",
      examples(
        ["ft schemas", "every table: its file and what a row is"],
        ["ft schemas dataset", "what a custom data stage must write"],
        ["ft schemas --json", "all of it for another program"],
      ),
    )
    .action(run);
}

async function run(name: string | undefined, { json, experiment }: Options): Promise<void> {
  if (experiment) {
    const { experimentSchema } = await import("../experiment/json-schema.ts");
    const { stageDefinitions } = await import("../experiment/stage-definitions.ts");
    console.log(JSON.stringify(experimentSchema(await stageDefinitions()), null, 2));
    return;
  }
  const { didYouMean, schemas: all, UserError } = await import("@ft/artifacts");
  const one = name === undefined ? undefined : all.get(name);
  if (name !== undefined && one === undefined) {
    const names = [...all.keys()];
    throw new UserError(`there is no table named ${name}${didYouMean(name, names)}`, {
      remedy: `tables are ${names.join(", ")}`,
    });
  }
  if (json) console.log(JSON.stringify(one ?? [...all.values()], sourceOfPattern, 2));
  else if (one) console.log(await describe(one));
  else
    for (const { name: table, file, meaning } of all.values())
      console.log(`${table} (${file})\n  ${meaning}`);
}

/** A pattern as its source: JSON has no regular expressions. */
function sourceOfPattern(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? value.source : value;
}

async function describe(schema: AnySchema): Promise<string> {
  const { pythonLines } = await import("@ft/artifacts");
  return [
    `${schema.name} ${schema.version}, in ${schema.file}: ${schema.meaning}`,
    "",
    ...Object.entries(schema.columns).map(([name, column]) => `  ${name}: ${describeColumn(column)}`),
    "",
    "In Python, with the table in t:",
    "",
    ...pythonLines(schema).map((line) => `  ${line}`),
  ].join("\n");
}

function describeColumn({ type, nullable, unit, meaning, oneOf, pattern }: Column<unknown>): string {
  const kind = `${type}${nullable ? ", may be null" : ""}${unit === undefined ? "" : `, ${unit}`}`;
  return `${kind}. ${meaning}${oneOf === undefined ? "" : ` (${oneOf.join(", ")})`}${pattern === undefined ? "" : ` (form ${pattern.source})`}`;
}
