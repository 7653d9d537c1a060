import { checkpointColumns, checkpointOrder } from "./run.ts";
import { defineTable, int32List, type RowOf, utf8 } from "./schema.ts";

/** The splits that nothing is trained or chosen on. */
export const heldOutSplits = ["circuit", "test"] as const;

/** Which held-out examples a model answers, so that results can be compared example by example. */
export const answersSchema = defineTable({
  name: "answers",
  version: 1,
  file: "answers.arrow",
  meaning:
    "one row per run, checkpoint and held-out split, in this order; checkpoints are the run's first and last",
  order: { ...checkpointOrder, split: "together" },
  columns: {
    ...checkpointColumns,
    split: utf8({ meaning: "the split that the examples are in", oneOf: heldOutSplits }),
    examples: int32List({
      meaning: "numbers of the split's examples in the dataset, ascending",
      minimum: 0,
    }),
    answered: int32List({
      meaning: "those for which the model's most likely next token is the answer's, ascending",
      minimum: 0,
    }),
  },
  problem({ examples, answered }) {
    for (const [name, numbers] of Object.entries({ examples, answered })) {
      const falling = numbers.findIndex((number, i) => i > 0 && number <= numbers[i - 1]!);
      if (falling > 0)
        return `${name}: ${numbers[falling]} comes after ${numbers[falling - 1]}; numbers must ascend`;
    }
    const all = new Set(examples);
    const other = answered.find((example) => !all.has(example));
    return other === undefined ? undefined : `example ${other} is answered, but not among its examples`;
  },
});

export type AnswerRow = RowOf<typeof answersSchema>;
