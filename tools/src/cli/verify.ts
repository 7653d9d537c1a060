import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { AnySchema } from "@ft/artifacts";
import type { Command } from "commander";
import { examples } from "./arguments.ts";

interface Options {
  as?: string;
}

export function verify(program: Command): void {
  program
    .command("verify")
    .description(
      "check artefacts: every byte against the manifest; of tables also every value and the order of rows",
    )
    .argument("<file...>", "files, or folders for every table, page, figure and CSV in them")
    .option("--as <table>", "what a table without a manifest is; by default its file name says it")
    .addHelpText(
      "after",
      examples(
        ["ft verify runs/add-sub-100/circuits/edges.arrow", "one table"],
        ["ft verify runs/add-sub-100/*", "everything that the stages of an experiment wrote"],
        ["ft verify dataset.arrow", "a table that another program wrote, without a manifest"],
        ["ft verify --as dataset prompts.arrow", "the same under another name"],
      ),
    )
    .action(run);
}

async function run(paths: readonly string[], { as }: Options): Promise<void> {
  const named = as === undefined ? undefined : await schemaNamed(as);
  for (const path of paths) {
    await reporting(async () => {
      for (const file of await filesIn(path)) {
        await reporting(async () => console.log(await verifyArtefact(file, named)));
      }
    });
  }
}

/** Does a task; if it fails, reports that and lets the caller continue with other files. */
async function reporting(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    const { reportFailure } = await import("@ft/artifacts");
    reportFailure(error);
    process.exitCode = 1;
  }
}

/** The files in a folder that can be verified; anything else is taken for one. */
async function filesIn(path: string): Promise<string[]> {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const { UserError, verifiableFiles } = await import("@ft/artifacts");
  const files = verifiableFiles(path);
  if (files.length === 0) {
    throw new UserError("nothing in this folder is a table (.arrow) or has a manifest", { file: path });
  }
  return files;
}

/** Checks the bytes of a file and the meaning of a table. @returns what it is, in a few lines */
async function verifyArtefact(file: string, named: AnySchema | undefined): Promise<string> {
  const {
    checkTable,
    describeManifest,
    formatInteger,
    isTableManifest,
    manifestPath,
    scanTable,
    verifyFile,
  } = await import("@ft/artifacts");
  if (existsSync(manifestPath(file)) || !existsSync(file)) {
    const manifest = verifyFile(file);
    if (isTableManifest(manifest)) {
      const schema = named ?? (await schemaNamed(manifest.schema.name, file));
      for (const _ of scanTable(file, schema));
    }
    return describeManifest(manifest);
  }
  const schema = named ?? (await schemaOfFile(file));
  const rows = await checkTable(file, schema);
  return [
    file,
    `  schema    ${schema.name} ${schema.version}`,
    `  rows      ${formatInteger(rows)}`,
    "  manifest  none: the rows fit the schema, but nothing says where they come from",
  ].join("\n");
}

async function schemaNamed(name: string, file?: string): Promise<AnySchema> {
  const { didYouMean, schemas, UserError } = await import("@ft/artifacts");
  const schema = schemas.get(name);
  if (schema) return schema;
  const names = [...schemas.keys()];
  throw new UserError(`there is no table named ${name}${didYouMean(name, names)}`, {
    ...(file !== undefined && { file }),
    remedy: `tables are ${names.join(", ")}`,
  });
}

async function schemaOfFile(file: string): Promise<AnySchema> {
  const { didYouMean, schemas, UserError } = await import("@ft/artifacts");
  const all = [...schemas.values()];
  const schema = all.find((one) => one.file === basename(file));
  if (schema) return schema;
  const meant = didYouMean(
    basename(file),
    all.map((one) => one.file),
  );
  throw new UserError(`missing manifest, and the file's name is not that of a table${meant}`, {
    file,
    remedy: `say what it is with --as: ${all.map(({ name }) => name).join(", ")}`,
  });
}
