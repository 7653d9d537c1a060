import type { DatasetRow } from "@ft/artifacts";
import type { Tokenizer } from "@ft/model";
import type { DataConfig } from "./config.ts";
import { findTask } from "./find-task.ts";
import { generate } from "./generate.ts";
import { importDataset } from "./import-dataset.ts";

/** What a dataset depends on beside its configuration. */
export interface DatasetSource {
  tokenizer: Tokenizer;
  seed: number;
  /** Called after every example drawn. */
  found?(): void;
}

/** The rows that a configuration asks for, drawn from a task or read from files. */
export async function buildDataset(
  config: DataConfig,
  { tokenizer, seed, found }: DatasetSource,
): Promise<DatasetRow[]> {
  const { form } = config;
  const corruptedAnswerIsToken = config.corruptedAnswerToken === "required";
  if ("import" in config) {
    const { repeated, ...files } = config.import;
    const { validation } = config.split;
    return importDataset({ files, repeated, validation, tokenizer, form, corruptedAnswerIsToken, seed });
  }
  return generate({
    sampler: findTask(config.task).sampler(config.options),
    tokenizer,
    examples: config.examples,
    shares: config.split,
    form,
    corruptedAnswerIsToken,
    seed,
    found,
  });
}
