/** Names the folder of a pretraining's state by everything that decides its course. */
import { canonicalJson, hashOf } from "@ft/artifacts";
import type { Model, Tokenizer } from "@ft/model";
import { OPTIMIZER, type Phase, ROW_LENGTH, ROWS, SEED } from "./recipe.ts";
import { rowsOfStep } from "./rows.ts";

/**
 * A key that changes with the recipe, the tokenizer or the documents (by the first update's rows of each phase), so
 * that a stopped run is only gone on with by the same one. How many updates a phase has is left out: a phase may be
 * made longer or shorter while it runs.
 */
export function workKey(
  { config }: Model,
  phases: readonly Phase[],
  tokenizer: Pick<Tokenizer, "encode" | "bos">,
): string {
  const parts = phases.map(({ name, mixture, schedule }) => {
    const rows = rowsOfStep(mixture, tokenizer, {
      seed: SEED,
      phase: name,
      step: 1,
      rows: ROWS,
      length: ROW_LENGTH,
    });
    return { name, schedule, rows: rows.map(({ tokens }) => [...(tokens as number[])]) };
  });
  return hashOf(canonicalJson({ config: { ...config }, optimizer: OPTIMIZER, seed: SEED, parts })).slice(
    0,
    16,
  );
}
