import { splits } from "./dataset.ts";
import { fraction } from "./run.ts";
import { defineTable, float64, int32, nullable, type RowOf, utf8 } from "./schema.ts";

const accuracy = (of: string) =>
  nullable(float64(fraction(`accuracy of always giving ${of}; null on splits that are not held out`)));

/** What a dataset asks: enough to judge results without the dataset itself. */
export const baselinesSchema = defineTable({
  name: "baselines",
  version: 1,
  file: "baselines.arrow",
  meaning: "one row per split and kind of example, those on all kinds first",
  order: { split: "together", kind: "together" },
  columns: {
    split: utf8({ meaning: "the split of the dataset", oneOf: splits }),
    kind: nullable(utf8({ meaning: "the kind of example, such as add or sub; null for all examples" })),
    examples: int32({ unit: "examples", meaning: "examples of the kind in the split", minimum: 1 }),
    majorityAccuracy: accuracy("the most common answer"),
    corruptedAccuracy: accuracy("the corrupted prompt's answer"),
    nearestAccuracy: accuracy("the answer of the nearest training prompt"),
    clean: utf8({ meaning: "the clean prompt of the first of these examples" }),
    corrupted: utf8({ meaning: "its corrupted prompt" }),
    answer: utf8({ meaning: "its answer" }),
    corruptedAnswer: utf8({ meaning: "its corrupted prompt's answer" }),
  },
});

export type BaselineRow = RowOf<typeof baselinesSchema>;
