import { defineTable, int32, int32List, nullable, type RowOf, utf8 } from "./schema.ts";

/** What each example is used for; no clean prompt is in two splits, or twice in one. */
export const splits = ["train", "validation", "circuit", "test"] as const;

/** The examples of one task: a clean prompt, a corrupted one that differs in one word, and the answer to each. */
export const datasetSchema = defineTable({
  name: "dataset",
  version: 1,
  file: "dataset.arrow",
  meaning: "one row per example, ordered by example",
  order: { example: "counts from 0" },
  columns: {
    example: int32({ meaning: "number of the example, from 0", minimum: 0 }),
    split: utf8({
      meaning:
        "train: fine-tuned on; validation: chooses learning rates; circuit: circuits are found on it; test: used for results only",
      oneOf: splits,
    }),
    kind: utf8({ meaning: "which of the task's templates made it, such as add or sub" }),
    clean: utf8({ meaning: "the prompt" }),
    corrupted: utf8({ meaning: "the prompt with one word changed, which changes the answer" }),
    answer: utf8({ meaning: "the answer to the clean prompt" }),
    corruptedAnswer: utf8({ meaning: "the answer to the corrupted prompt; empty if unknown" }),
    cleanTokens: int32List({
      unit: "token ids",
      meaning: "the clean prompt with its leading BOS",
      minimum: 0,
    }),
    corruptedTokens: int32List({
      unit: "token ids",
      meaning: "the corrupted prompt with its leading BOS, as long as the clean one",
      minimum: 0,
    }),
    answerToken: int32({ unit: "token id", meaning: "the answer's single token", minimum: 0 }),
    corruptedAnswerToken: nullable(
      int32({
        unit: "token id",
        meaning: "the corrupted answer's single token; null if it has several",
        minimum: 0,
      }),
    ),
  },
  problem(row) {
    if (row.cleanTokens.length === 0) return "the clean prompt has no token";
    if (row.cleanTokens.length === row.corruptedTokens.length) return undefined;
    return `the clean prompt has ${row.cleanTokens.length} tokens, the corrupted one ${row.corruptedTokens.length}`;
  },
  follow() {
    /** The first row of each clean prompt. */
    const first = new Map<string, { split: string; example: number }>();
    return {
      problem({ example, split, clean }) {
        const same = first.get(clean);
        if (same) return `duplicate clean prompt: see example ${same.example}, in split ${same.split}`;
        first.set(clean, { split, example });
        return undefined;
      },
    };
  },
});

export type DatasetRow = RowOf<typeof datasetSchema>;
