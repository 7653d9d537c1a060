import { binary, type Column, defineTable, int32List, type RowOf, utf8 } from "./schema.ts";

/** How a tensor's numbers are stored. */
export const dtypes = ["float32", "float16"] as const;
export type Dtype = (typeof dtypes)[number];

/** The columns of every table with one tensor per row. */
export const tensorColumns: {
  tensor: Column<string>;
  shape: Column<number[]>;
  dtype: Column<Dtype>;
  data: Column<Uint8Array>;
} = {
  tensor: utf8({ meaning: "the tensor's name, as in the Hugging Face or PEFT checkpoint" }),
  shape: int32List({ meaning: "its dimensions; empty for a scalar", minimum: 0 }),
  dtype: utf8({ meaning: "how its numbers are stored", oneOf: dtypes }),
  data: binary({ unit: "bytes", meaning: "its numbers, row-major, little-endian, without gaps" }),
};

/** What is wrong with a tensor row, if anything: its data must be as long as its shape says. */
export function tensorProblem(row: { tensor: string; shape: number[]; dtype: Dtype; data: Uint8Array }) {
  const expected = row.shape.reduce((product, size) => product * size, row.dtype === "float32" ? 4 : 2);
  if (row.data.length === expected) return undefined;
  return `${row.tensor} [${row.shape}] in ${row.dtype} takes ${expected} bytes, not ${row.data.length}`;
}

/** The weights of a base model. */
export const tensorsSchema = defineTable({
  name: "tensors",
  version: 1,
  file: "model.arrow",
  meaning: "one row per tensor, ordered by name",
  order: { tensor: "rises" },
  rowPerBatch: true,
  columns: tensorColumns,
  problem: tensorProblem,
});

export type TensorRow = RowOf<typeof tensorsSchema>;
