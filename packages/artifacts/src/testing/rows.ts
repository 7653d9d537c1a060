import type { DatasetRow } from "../schemas/dataset.ts";
import type { PlanRow } from "../schemas/plan.ts";
import { bool, defineTable, int32, int32List, nullable, type RowOf, utf8 } from "../schemas/schema.ts";

/** Two examples, one of them with a null and with letters beyond ASCII. */
export const datasetRows: DatasetRow[] = [
  {
    example: 0,
    split: "train",
    kind: "add",
    clean: "1 + 2 =",
    corrupted: "1 - 2 =",
    answer: "3",
    corruptedAnswer: "-1",
    cleanTokens: [0, 11, 5, 12, 6],
    corruptedTokens: [0, 11, 7, 12, 6],
    answerToken: 13,
    corruptedAnswerToken: null,
  },
  {
    example: 1,
    split: "circuit",
    kind: "sub",
    clean: "7 – 5 ≈ 🙂",
    corrupted: "",
    answer: "2",
    corruptedAnswer: "12",
    cleanTokens: [0],
    corruptedTokens: [0],
    answerToken: 12,
    corruptedAnswerToken: 22,
  },
];

/** A plan of three modules; its nulls differ by row. */
export const planRows: PlanRow[] = [
  { layer: 0, module: "dense", rank: 8, seed: null, edgeChange: null, critical: false },
  { layer: 1, module: "dense", rank: 32, seed: 1, edgeChange: 0.25, critical: true },
  { layer: 2, module: "dense", rank: 32, seed: 2, edgeChange: 1e-300, critical: true },
].map(
  (row) =>
    ({
      plan: "circuit-8-32",
      draw: 0,
      kind: "lora",
      settings: "{}",
      alpha: 2 * row.rank,
      reason: "a test",
      ...row,
    }) as const,
);

/** A table with a column of each kind of layout, whose file is small. */
export const smallSchema = defineTable({
  name: "small",
  version: 1,
  file: "small.arrow",
  meaning: "rows for tests",
  columns: {
    n: nullable(int32({ meaning: "a number" })),
    text: utf8({ meaning: "a text" }),
    list: int32List({ meaning: "numbers" }),
    flag: bool({ meaning: "yes or no" }),
  },
});

export const smallRows: RowOf<typeof smallSchema>[] = [
  { n: 1, text: "one", list: [1, 2], flag: true },
  { n: null, text: "zwölf", list: [], flag: false },
];
