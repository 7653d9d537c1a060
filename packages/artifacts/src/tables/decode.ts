import { UserError } from "@ft/bytes";
import type { Data } from "apache-arrow";
import type { Column } from "../schemas/schema.ts";

type Numbers = Int32Array | Float64Array | Uint8Array;
/** Stops if a column's buffers contradict each other. */
type Check = (holds: boolean, problem: string) => void;

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
  const check: Check = (holds, problem) => {
    if (!holds)
      throw new UserError(`the Arrow file is damaged: ${problem}`, { file, place: `column ${name}` });
  };
  check(data.offset === 0, "a column does not start at its first value");
  const value = decodeValues(column, data, check);
  if (data.nullCount === 0) return value;
  const valid = data.nullBitmap ?? new Uint8Array();
  check(valid.length * 8 >= data.length, "its validity bitmap is too short");
  return (row) => (isSet(valid, row) ? value(row) : null);
}

function decodeValues(column: Column<unknown>, data: Data, check: Check): (row: number) => unknown {
  const values = data.values as Numbers;
  switch (column.type) {
    case "int32":
    case "float64":
      check(values.length >= data.length, "it has fewer values than rows");
      return (row) => values[row];
    case "bool":
      check(values.length * 8 >= data.length, "it has fewer values than rows");
      return (row) => isSet(values, row);
    case "utf8":
      return decodeTexts(data, values as Uint8Array, check);
    case "binary":
      return split(data, values, check);
    case "list<int32>": {
      const items = data.children[0]!;
      check(items.offset === 0 && items.nullCount === 0, "its lists hold nulls");
      check(items.values.length >= items.length, "its lists have fewer values than they should");
      const list = split(data, items.values.subarray(0, items.length) as Int32Array, check);
      return (row) => Array.from(list(row));
    }
  }
}

/** Texts by row. Where all are ASCII, bytes and letters count alike, so the whole column is decoded at once. */
function decodeTexts(data: Data, bytes: Uint8Array, check: Check): (row: number) => string {
  const decode = (part: Uint8Array): string => {
    try {
      return utf8.decode(part);
    } catch {
      check(false, "a text is not UTF-8");
      return "";
    }
  };
  const text = split(data, bytes, check);
  const [first = 0, end = 0] = [data.valueOffsets[0], data.valueOffsets[data.length]];
  const all = decode(bytes.subarray(first, end));
  if (all.length < end - first) return (row) => decode(text(row));
  return (row) => all.slice(data.valueOffsets[row]! - first, data.valueOffsets[row + 1]! - first);
}

/** Splits the values of a column of variable length by its offsets, which must rise and stay within the values. */
function split<Values extends Numbers>(data: Data, values: Values, check: Check): (row: number) => Values {
  const offsets = data.valueOffsets as Int32Array;
  const { length } = data;
  check(length === 0 || offsets.length > length, "it has fewer offsets than rows");
  check(
    length === 0 || (offsets[0]! >= 0 && offsets[length]! <= values.length),
    "its offsets leave its values",
  );
  for (let row = 0; row < length; row++) check(offsets[row]! <= offsets[row + 1]!, "its offsets go back");
  return (row) => values.subarray(offsets[row], offsets[row + 1]) as Values;
}

function isSet(bits: Numbers, row: number): boolean {
  return ((bits[row >> 3]! >> (row & 7)) & 1) === 1;
}
