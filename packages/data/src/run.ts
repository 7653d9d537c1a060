/** The data stage: a task or files of prompts -> dataset.arrow. */
import { resolve } from "node:path";
import {
  datasetSchema,
  hashFile,
  type LeftOut,
  leftOutConfig,
  type Provenance,
  type StageContext,
  writeTable,
} from "@ft/artifacts";
import { openTokenizer } from "@ft/model";
import { buildDataset } from "./build-dataset.ts";
import type { DataConfig } from "./config.ts";
import { filesByKey, importedFiles } from "./imported-files.ts";

/**
 * Writes the dataset that the configuration asks for, tokenized for the experiment's base model. Paths of files to
 * import are relative to the experiment's folder; their hashes are among the manifest's inputs, and the number of rows
 * left out, by reason, is in its configuration.
 */
export async function run(context: StageContext<DataConfig>): Promise<void> {
  const { seed, progress, output, folder } = context;
  const { tokenizer, config: limits } = await openTokenizer(context.model);
  if (!("import" in context.config)) progress.start(context.config.examples, "examples", "examples");
  const { rows, leftOut } = await buildDataset(withAbsoluteFiles(context.config, folder), {
    tokenizer,
    limits,
    seed,
    found: () => progress.advance(),
    note: (text) => progress.note(text),
  });
  await writeTable(output, datasetSchema, rows, withImports(context, leftOut));
}

/** A configuration whose files to import are named by absolute paths. @param folder the experiment's */
export function withAbsoluteFiles(config: DataConfig, folder: string): DataConfig {
  if (!("import" in config)) return config;
  const files = filesByKey(config, (file) => resolve(folder, file));
  return { ...config, import: { ...config.import, ...files } };
}

/**
 * The provenance with what was read from files: "import/train" or, if there are several, "import/train/2". Places in
 * them are relative to the experiment's folder: the same files give the same bytes wherever that is.
 */
function withImports(
  { config, folder, provenance }: StageContext<DataConfig>,
  leftOut: readonly LeftOut[],
): Provenance {
  if (!("import" in config)) return provenance;
  const hashes = importedFiles(config).map(({ path, file }) => [
    path.join("/"),
    hashFile(resolve(folder, file)),
  ]);
  const within = (place: string) =>
    importedFiles(config).reduce((text, { file }) => text.replaceAll(resolve(folder, file), file), place);
  const counted = leftOut.map((one) => ({ ...one, first: one.first.map(within) }));
  return {
    ...provenance,
    inputs: { ...provenance.inputs, ...Object.fromEntries(hashes) },
    config: { ...(provenance.config as object), ...leftOutConfig(counted) },
  };
}
