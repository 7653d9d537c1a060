/** The dataset that a configuration will give, from a few of its rows. */
import { type DatasetRow, type EstimateContext, type StageEstimate, splits } from "@ft/artifacts";
import { loadModelConfig, loadTokenizer } from "@ft/model";
import { buildDataset } from "./build-dataset.ts";
import type { DataConfig } from "./config.ts";
import { splitSizes } from "./places.ts";
import { withAbsoluteFiles } from "./run.ts";

/** Rows drawn of a task: prompts that begin alike are computed together, so there must be as many as are usually computed. */
const SAMPLE = 1000;

/** @throws UserError for a tokenizer or file that cannot be used, or a task with too few prompts */
export async function estimate(
  config: DataConfig,
  { folder, model, tokenizer: from, seed }: EstimateContext,
): Promise<StageEstimate> {
  const source = { tokenizer: await loadTokenizer(from), limits: await loadModelConfig(model), seed };
  if ("import" in config) {
    const { rows } = await buildDataset(withAbsoluteFiles(config, folder), source);
    return { expected: { dataset: { sample: rows, counts: countsOf(rows) } } };
  }
  const { examples, split } = config;
  const { rows } = await buildDataset({ ...config, examples: Math.min(examples, SAMPLE) }, source);
  return { expected: { dataset: { sample: rows, counts: splitSizes(examples, split) } } };
}

function countsOf(rows: readonly DatasetRow[]): Record<DatasetRow["split"], number> {
  const counts = splits.map((split) => [split, rows.filter((row) => row.split === split).length]);
  return Object.fromEntries(counts) as Record<DatasetRow["split"], number>;
}
