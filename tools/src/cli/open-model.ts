/** What commands on a model folder and a file of pairs have in common. */

import type { Ops } from "@ft/backend";
import type { Pair } from "@ft/circuits";
import type { Join, LoadedModel, RowAction } from "@ft/model";
import { Option } from "commander";

/** What {@link pairsOption}, {@link joinOption} and {@link unusableOption} say. */
export interface PairsOptions {
  pairs: string;
  join: Join;
  unusable: RowAction;
}

export interface ModelAndPairs {
  ops: Ops;
  model: LoadedModel;
  pairs: Pair[];
}

/** `--pairs`, the file of pairs; required. */
export function pairsOption(): Option {
  return new Option(
    "--pairs <file>",
    "CSV, JSON Lines or JSON with clean, corrupted, answer (or label) and, if known, wrong (or corrupted_label); prompts as text, or in JSON as lists of token ids",
  ).makeOptionMandatory();
}

/** `--join`, see `joins` of @ft/model. */
export function joinOption(): Option {
  return new Option("--join <how>", "what is between a prompt and its answer; none: answers letter by letter")
    .choices(["space", "newline", "none"])
    .default("space");
}

/** `--unusable`, see `rowActions` of @ft/model. */
export function unusableOption(): Option {
  return new Option("--unusable <choice>", "what to do with pairs that the model cannot use; all are counted")
    .choices(["error", "drop"])
    .default("error");
}

/**
 * Opens the backend, the model and the pairs; prompts given as text are encoded with the model's tokenizer.
 *
 * @param metric "logit-diff" needs the corrupted prompt's answer of every pair
 */
export async function openModelAndPairs(
  folder: string,
  { pairs: file, join, unusable }: PairsOptions,
  metric: string | undefined,
): Promise<ModelAndPairs> {
  const { admitPairs, countParameters, loadModel, openTokenizer } = await import("@ft/model");
  const { openBackend } = await import("@ft/backend");
  const { createProgress } = await import("@ft/artifacts");
  const progress = createProgress();
  const model = await loadModel(folder);
  const admitted = await admitPairs({
    file,
    limits: model.config,
    tokenizer: async () => (await openTokenizer(folder)).tokenizer,
    join,
    unusable: { choice: unusable, remedy: "--unusable drop" },
    corruptedAnswerIsToken: metric === "logit-diff",
    note: (text) => progress.note(text),
  });
  const pairs = admitted.map(({ cleanTokens, corruptedTokens, answerToken, corruptedAnswerToken }) => ({
    clean: cleanTokens,
    corrupted: corruptedTokens,
    answer: answerToken,
    wrong: corruptedAnswerToken ?? undefined,
  }));
  const ops = await openBackend({ mute: true, modelParameters: countParameters(model.config) });
  return { ops, model, pairs };
}
