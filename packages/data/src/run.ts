/** The data stage: a task or files of prompts -> dataset.arrow. */
import { datasetSchema, hashFile, type Provenance, type StageContext, writeTable } from "@ft/artifacts";
import { loadTokenizer } from "@ft/model";
import { buildDataset } from "./build-dataset.ts";
import type { DataConfig } from "./config.ts";

/** Writes the dataset that the configuration asks for, tokenized for the experiment's base model. */
export async function run(context: StageContext<DataConfig>): Promise<void> {
  const { config, seed, progress } = context;
  const tokenizer = await loadTokenizer(context.model);
  const drawn = "import" in config ? 0 : config.examples;
  if (drawn > 0) progress.start(drawn, "examples");
  const rows = await buildDataset(config, { tokenizer, seed, found: () => progress.advance(1) });
  await writeTable(context.output, datasetSchema, rows, withFiles(context.provenance, config));
  progress.stop();
}

/** The provenance with the hash of each imported file beside the other inputs. */
function withFiles(provenance: Provenance, config: DataConfig): Provenance {
  if (!("import" in config)) return provenance;
  const { repeated: _, ...files } = config.import;
  const hashes = Object.entries(files).map(([split, file]) => [`import/${split}`, hashFile(file)]);
  return { ...provenance, inputs: { ...provenance.inputs, ...Object.fromEntries(hashes) } };
}
