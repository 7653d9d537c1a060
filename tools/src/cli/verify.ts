import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { AnySchema, DatasetRow } from "@ft/artifacts";
import type { Command } from "commander";
import { examples } from "./arguments.ts";
import { MODEL_HELP } from "./open-model.ts";

interface Options {
  as?: string;
  model?: string;
}

/** The table whose tokens are checked against a model's tokenizer. */
const DATASET = "dataset";

export function verify(program: Command): void {
  program
    .command("verify")
    .description(
      "check artefacts: every byte against the manifest; of tables also every value and the order of rows",
    )
    .argument("<file...>", "files, or folders for every table, page, figure and CSV in them")
    .option("--as <table>", "the kind of a table without a manifest; default: by its file name")
    .option(
      "--model <model>",
      `judge a dataset's tokens and splits by this model's tokenizer, as a stage's are: ${MODEL_HELP}`,
    )
    .addHelpText(
      "after",
      examples(
        ["ft verify runs/add-sub-100/circuits/circuits.arrow", "one table"],
        ["ft verify runs/add-sub-100/*", "everything that the stages of an experiment wrote"],
        ["ft verify dataset.arrow", "a table that another program wrote, without a manifest"],
        ["ft verify --as dataset prompts.arrow", "the same under another name"],
        ["ft verify --model models/nano dataset.arrow", "its tokens too"],
      ),
    )
    .action(run);
}

async function run(paths: readonly string[], { as, model }: Options): Promise<void> {
  const named = as === undefined ? undefined : await schemaNamed(as);
  if (model !== undefined && named !== undefined && named.name !== DATASET) {
    const { UserError } = await import("@ft/artifacts");
    throw new UserError(`--model has no effect on table ${named.name}`, {
      remedy: "leave it out: only a dataset holds tokens",
    });
  }
  const { obtainModel } = await import("../hub/obtain-model.ts");
  const folder = model === undefined ? undefined : await obtainModel(model);
  for (const path of paths) {
    await reporting(async () => {
      for (const file of await filesIn(path)) {
        await reporting(async () => console.log(await verifyArtefact(file, named, folder)));
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

/** The verifiable files in a folder; any other path is taken as a file. */
async function filesIn(path: string): Promise<string[]> {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const { UserError, verifiableFiles } = await import("@ft/artifacts");
  const files = verifiableFiles(path);
  if (files.length === 0) {
    throw new UserError("nothing in this folder is a table (.arrow) or has a manifest", { file: path });
  }
  return files;
}

/**
 * Checks the bytes of a file and the meaning of a table.
 *
 * @param model to check the tokens of a dataset
 * @returns a description in a few lines
 */
async function verifyArtefact(
  file: string,
  named: AnySchema | undefined,
  model: string | undefined,
): Promise<string> {
  const { describeManifest, formatInteger, isTableManifest, manifestPath } = await import("@ft/artifacts");
  const { regularFile, scanTable, scanUnsealed, verifyFile } = await import("@ft/artifacts");
  if (existsSync(manifestPath(file))) {
    const manifest = verifyFile(file);
    if (!isTableManifest(manifest)) return describeManifest(manifest);
    const schema = named ?? (await schemaNamed(manifest.schema.name, file));
    const { tokens } = await readThrough(scanTable(file, schema), schema, { file, model });
    return [describeManifest(manifest), ...tokens].join("\n");
  }
  regularFile(file);
  const schema = named ?? (await schemaOfFile(file));
  const { rows, tokens } = await readThrough(await scanUnsealed(file, schema), schema, { file, model });
  const unjudged = "  tokens    not compared with the texts: give the model's folder with --model";
  return [
    file,
    `  schema    ${schema.name} ${schema.version}`,
    `  rows      ${formatInteger(rows)}`,
    ...(schema.name === DATASET && model === undefined ? [unjudged] : tokens),
    "  manifest  none: the rows fit the schema, but nothing says where they come from",
  ].join("\n");
}

/** Reads a table to its end, which checks it; a dataset is also checked against the model, if one is given, as the returned line says. */
async function readThrough(
  table: Iterable<unknown>,
  { name }: AnySchema,
  { file, model }: { file: string; model: string | undefined },
): Promise<{ rows: number; tokens: string[] }> {
  if (name !== DATASET || model === undefined) {
    let rows = 0;
    for (const _ of table) rows++;
    return { rows, tokens: [] };
  }
  const { admitDataset } = await import("@ft/data");
  const rows = [...table] as DatasetRow[];
  await admitDataset(rows, { file, model, note: (text) => console.warn(text) });
  return { rows: rows.length, tokens: [`  tokens    those of the texts, by the tokenizer in ${model}`] };
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
  const { nearest, schemas, UserError } = await import("@ft/artifacts");
  const name = basename(file);
  const all = [...schemas.values()];
  const schema = all.find((one) => one.file === name);
  if (schema) return schema;
  const stem = (of: string) => of.replace(/\.arrow$/, "");
  const near = nearest(
    stem(name),
    all.map((one) => stem(one.file)),
  );
  const meant = all.find((one) => stem(one.file) === near);
  throw new UserError("missing manifest, and the file name is not that of a table", {
    file,
    remedy: `name the table with --as${meant ? ` ${meant.name}, or another of` : ", one of"}: ${all.map((one) => one.name).join(", ")}`,
  });
}
