/** The data stage: a task or files of prompts -> dataset.arrow. */
import { resolve } from "node:path";
import {
  datasetSchema,
  hashFile,
  mark,
  type Provenance,
  repositoryRoot,
  type StageContext,
  writeTable,
} from "@ft/artifacts";
import { openTokenizer } from "@ft/model";
import { buildDataset } from "./build-dataset.ts";
import type { DataConfig } from "./config.ts";

/**
 * Writes the dataset that the configuration asks for, tokenized for the experiment's base model. Paths of files to
 * import are relative to the repository's root; their hashes join the inputs in the manifest.
 */
export async function run(context: StageContext<DataConfig>): Promise<void> {
  const { seed, progress, output, provenance } = context;
  const config = withAbsoluteFiles(context.config, output);
  mark("model");
  const { tokenizer } = await openTokenizer(context.model);
  mark("work");
  if (!("import" in config)) progress.start(config.examples, "examples", "examples");
  const rows = await buildDataset(config, { tokenizer, seed, found: () => progress.advance() });
  mark("outputs");
  await writeTable(output, datasetSchema, rows, withHashes(provenance, config));
}

function withAbsoluteFiles(config: DataConfig, output: string): DataConfig {
  if (!("import" in config)) return config;
  const root = repositoryRoot(output);
  const { repeated, ...files } = config.import;
  const absolute = Object.entries(files).map(([split, file]) => [split, resolve(root, file)]);
  return { ...config, import: { repeated, ...Object.fromEntries(absolute) } };
}

function withHashes(provenance: Provenance, config: DataConfig): Provenance {
  if (!("import" in config)) return provenance;
  const { repeated: _, ...files } = config.import;
  const hashes = Object.entries(files).map(([split, file]) => [`import/${split}`, hashFile(file)]);
  return { ...provenance, inputs: { ...provenance.inputs, ...Object.fromEntries(hashes) } };
}
