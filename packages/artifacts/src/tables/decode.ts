import type { Data } from "apache-arrow";
import { UserError } from "../errors/user-error.ts";
import type { Column } from "../schemas/schema.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the values of one column of a record batch by row. Arrow trusts its file, so lengths and offsets are checked
 * here before anything is read through them.
 *
 * @throws UserError if the column's buffers contradict each other
 */
export function decodeColumn(
  column: Column<unknown>,
  data: Data,
  file: string,
  name: string,
): (row: number) => unknown {
  const check = (holds: boolean, problem: string) => {
    if (!holds)
      throw new UserError(`the Arrow file is damaged: ${problem}`, { file, place: `column ${name}` });
  };
  check(data.offset === 0, "a column does not start at its first value");
  const hasNulls = data.nullCount > 0;
  check(!hasNulls || data.nullBitmap!.length * 8 >= data.length, "its validity bitmap is too short");
  const isNull = (row: number) => hasNulls && ((data.nullBitmap![row >> 3]! >> (row & 7)) & 1) === 0;
  const value = decodeValues(column, data, check);
  return (row) => (isNull(row) ? null : value(row));
}

type Check = (holds: boolean, problem: string) => void;

function decodeValues(column: Column<unknown>, data: Data, check: Check): (row: number) => unknown {
  const { length } = data;
  const values = data.values as Int32Array | Float64Array | Uint8Array;
  switch (column.type) {
    case "int32":
    case "float64":
      check(values.length >= length, "it has fewer values than rows");
      return (row) => values[row];
    case "bool":
      check(values.length * 8 >= length, "it has fewer values than rows");
      return (row) => ((values[row >> 3]! >> (row & 7)) & 1) === 1;
    case "utf8": {
      const part = partsOf(data, values, check);
      return (row) => decodeText(part(row) as Uint8Array, check);
    }
    case "binary":
      return partsOf(data, values, check);
    case "list<int32>": {
      const child = data.children[0]!;
      check(child.offset === 0 && child.nullCount === 0, "its lists hold nulls");
      check(child.values.length >= child.length, "its lists have fewer values than they should");
      const part = partsOf(data, child.values.subarray(0, child.length) as Int32Array, check);
      return (row) => Array.from(part(row));
    }
  }
}

/** Splits the values of a column of variable length by its offsets, which must rise from 0 to at most the end. */
function partsOf<Values extends Int32Array | Float64Array | Uint8Array>(
  data: Data,
  values: Values,
  check: Check,
) {
  const offsets = data.valueOffsets as Int32Array;
  if (data.length === 0) return () => values.subarray(0, 0) as Values;
  check(offsets.length > data.length, "it has fewer offsets than rows");
  check(offsets[0]! >= 0 && offsets[data.length]! <= values.length, "its offsets leave its values");
  for (let row = 0; row < data.length; row++)
    check(offsets[row]! <= offsets[row + 1]!, "its offsets go back");
  return (row: number) => values.subarray(offsets[row], offsets[row + 1]) as Values;
}

function decodeText(bytes: Uint8Array, check: Check): string {
  try {
    return utf8.decode(bytes);
  } catch {
    check(false, "a text is not UTF-8");
    return "";
  }
}
