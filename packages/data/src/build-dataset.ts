import type { ModelLimits, Tokenizer } from "@ft/model";
import type { DataConfig } from "./config.ts";
import { findTask } from "./find-task.ts";
import { generate } from "./generate.ts";
import { type Imported, importDataset } from "./import-dataset.ts";
import { filesByKey } from "./imported-files.ts";

/** What a dataset depends on besides its configuration. */
export interface DatasetSource {
  tokenizer: Tokenizer;
  /** What the model can take. @default anything */
  limits?: ModelLimits;
  seed: number;
  /** Called after every example drawn. */
  found?(): void;
  /** Called with each message about pairs that were rejected, left out or lost something. */
  note?(text: string): void;
}

/** The rows of a configuration, drawn from a task or read from files, and which of those were left out. */
export async function buildDataset(config: DataConfig, source: DatasetSource): Promise<Imported> {
  const { form, join } = config;
  const common = {
    ...source,
    form,
    join,
    corruptedAnswerIsToken: config.corruptedAnswerToken === "required",
  };
  if ("import" in config) {
    const { repeated, unusable, counterfactual } = config.import;
    const files = filesByKey(config);
    return importDataset({ ...common, files, repeated, unusable, counterfactual, shares: config.split });
  }
  const sampler = findTask(config.task).sampler(config.options);
  const rows = generate({ ...common, sampler, examples: config.examples, shares: config.split });
  return { rows, leftOut: [] };
}
