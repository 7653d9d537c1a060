import {
  binary,
  bool,
  defineTable,
  float64,
  int32,
  int32List,
  nullable,
  utf8,
} from "../../../schemas/schema.ts";

/** The table that make-foreign.py writes: a column of every type. */
export const foreignSchema = defineTable({
  name: "foreign",
  version: 1,
  file: "foreign.arrow",
  meaning: "one row for tests",
  columns: {
    n: nullable(int32({ meaning: "a number" })),
    x: float64({ meaning: "a measure" }),
    text: utf8({ meaning: "a text" }),
    bytes: binary({ meaning: "bytes" }),
    list: int32List({ meaning: "numbers" }),
    flag: bool({ meaning: "yes or no" }),
  },
});

/** The table of one number a row that its compressed buffers of several blocks hold. */
export const longSchema = defineTable({
  name: "long",
  version: 1,
  file: "long.arrow",
  meaning: "one row for tests",
  columns: { n: int32({ meaning: "a number" }) },
});

/** The file that make-foreign.py wrote under a name. */
export function foreignFile(name: string): string {
  return new URL(`./${name}.arrow`, import.meta.url).pathname;
}
