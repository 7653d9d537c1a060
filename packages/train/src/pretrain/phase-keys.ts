/** Names the folder of each phase's state by everything that decides its course. */
import { canonicalJson, hashOf } from "@ft/artifacts";
import type { ModelConfig, Tokenizer } from "@ft/model";
import { OPTIMIZER, type Phase, ROW_LENGTH, ROWS, SEED } from "./recipe.ts";
import { rowsOfStep } from "./rows.ts";

/**
 * A key for each phase that changes with the model's shape, the optimiser, the tokenizer, its own schedule and
 * documents (by the rows of its first update), and all of that of the phases before it: a stopped run is only gone on
 * with by the same recipe, and a change of a phase leaves those before it done. A phase's own number of updates is not
 * in its key, so that it may be made longer while it runs.
 */
export function phaseKeys(
  config: ModelConfig,
  phases: readonly Phase[],
  tokenizer: Pick<Tokenizer, "encode" | "bos">,
): string[] {
  let before = hashOf(canonicalJson({ config, optimizer: OPTIMIZER, seed: SEED }));
  return phases.map(({ name, mixture, schedule, updates }) => {
    const rows = rowsOfStep(mixture, tokenizer, {
      seed: SEED,
      phase: name,
      step: 1,
      rows: ROWS,
      length: ROW_LENGTH,
    });
    const tokens = rows.map((row) => Array.from(row.tokens));
    const key = hashOf(canonicalJson({ before, name, schedule, tokens }));
    before = hashOf(`${key} ${updates}`);
    return `${name}-${key.slice(0, 16)}`;
  });
}
