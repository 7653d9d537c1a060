import { checkpointColumns, checkpointOrder } from "./run.ts";
import { bool, defineTable, int32, type RowOf, utf8 } from "./schema.ts";

/** The splits that nothing is trained or chosen on. */
export const heldOutSplits = ["circuit", "test"] as const;

/** Which held-out examples a model answers, so that results can be compared example by example. */
export const answersSchema = defineTable({
  name: "answers",
  version: 1,
  file: "answers.arrow",
  meaning:
    "one row per run, checkpoint and held-out example, in this order; checkpoints are the run's first and last",
  order: { ...checkpointOrder, example: "rises" },
  columns: {
    ...checkpointColumns,
    example: int32({ meaning: "number of the example in the dataset", minimum: 0 }),
    split: utf8({ meaning: "the split that the example is in", oneOf: heldOutSplits }),
    correct: bool({ meaning: "whether the model's most likely next token is the answer's" }),
  },
});

export type AnswerRow = RowOf<typeof answersSchema>;
