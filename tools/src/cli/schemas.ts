import type { AnySchema, Column } from "@ft/artifacts";
import type { Command } from "commander";
import { examples } from "./arguments.ts";

interface Options {
  json?: boolean;
}

export function schemas(program: Command): void {
  program
    .command("schemas")
    .description("list the tables that stages pass on, or the columns of one and how to write it in Python")
    .argument("[table]", "show this table's columns, their units and meanings")
    .option("--json", "as JSON: the table named, or all")
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

async function run(name: string | undefined, { json }: Options): Promise<void> {
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
