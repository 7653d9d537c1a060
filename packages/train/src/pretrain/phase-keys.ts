/** Names the folder of each phase's state by everything that decides its course. */
import { canonicalJson, hashOf } from "@ft/artifacts";
import type { ModelConfig, Tokenizer } from "@ft/model";
import { sampleDocuments } from "./mixture.ts";
import { OPTIMIZER, type Phase, ROW_LENGTH, ROWS, SEED } from "./recipe.ts";

/** Documents of a phase that stand for all: enough that every template of every kind is among them. */
const SAMPLE = 2_000;

/**
 * A key for each phase that changes with the model's shape, the optimiser, the tokenizer, its own schedule and
 * documents (by a sample of them), and all of that of the phases before it: a stopped run is only gone on
 * with by the same recipe, and a change of a phase leaves those before it done. A phase's own number of updates is not
 * in its key, so that it may be made longer while it runs.
 */
export function phaseKeys(
  config: ModelConfig,
  phases: readonly Phase[],
  tokenizer: Pick<Tokenizer, "encode">,
): string[] {
  let before = hashOf(canonicalJson({ config, optimizer: OPTIMIZER, rows: [ROWS, ROW_LENGTH], seed: SEED }));
  return phases.map(({ name, mixture, schedule, updates }) => {
    const texts = sampleDocuments(mixture, SEED, SAMPLE);
    const tokens = texts.map((text) => Array.from(tokenizer.encode(text)));
    const key = hashOf(canonicalJson({ before, name, schedule, tokens }));
    before = hashOf(`${key} ${updates}`);
    return `${name}-${key.slice(0, 16)}`;
  });
}
