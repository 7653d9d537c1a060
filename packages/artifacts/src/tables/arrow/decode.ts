import { type Data, DataType, type Dictionary, Precision } from "apache-arrow";
import { uint16ToFloat64 } from "apache-arrow/util/math";
import { damaged } from "./damaged.ts";

type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;
type Offsets = Int32Array | Float64Array;
type BigInts = BigInt64Array | BigUint64Array;
/** The value of a row; null if there is none. */
type Reader = (row: number) => unknown;
/** Throws if a column's buffers contradict each other. */
type Check = (holds: boolean, problem: string) => void;

/** Bytes of a view: its length, then either the value or its first four bytes, its buffer and its place there. */
const VIEW = 16;
const LONGEST_INLINE = 12;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the values of one column of a record batch by row, as numbers, booleans, texts, bytes and lists, whatever the
 * width of its Arrow type. A 64-bit integer that no number represents exactly stays a bigint. Arrow trusts its file, so lengths and
 * offsets are checked here before anything is read through them.
 *
 * @param data of a type that {@link holds} some column
 * @param rows of the record batch
 * @throws UserError if the column's buffers contradict each other
 */
export function decodeColumn(data: Data, rows: number, file: string, name: string): Reader {
  const check: Check = (holds, problem) => {
    if (!holds) throw damaged(file, problem, `column ${name}`);
  };
  check(data.length === rows, "a column is not as long as its batch");
  return readerOf(data, check);
}

function readerOf(data: Data, check: Check): Reader {
  const { type, length } = data;
  if (DataType.isNull(type)) return () => null;
  const value = valuesOf(data, check);
  if (data.nullCount === 0) return value;
  const valid = data.nullBitmap ?? new Uint8Array();
  check(valid.length * 8 >= length, "its validity bitmap is too short");
  return (row) => (isSet(valid, row) ? value(row) : null);
}

function valuesOf(data: Data, check: Check): Reader {
  const { type, length } = data;
  if (DataType.isDictionary(type)) return decodeDictionary(data, check);
  if (DataType.isBool(type)) {
    check(data.values.length * 8 >= length, "it has fewer values than rows");
    return (row) => isSet(data.values, row);
  }
  if (DataType.isUtf8View(type)) {
    const bytes = decodeViews(data, check);
    return (row) => decodeText(bytes(row), check);
  }
  if (DataType.isBinaryView(type)) return decodeViews(data, check);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return decodeTexts(data, check);
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) {
    const offsets = offsetsOf(data, data.values.length, check);
    return (row) => data.values.subarray(offsets[row], offsets[row + 1]);
  }
  if (data.children[0]) return decodeLists(data, data.children[0], check);
  return decodeNumbers(type, data, check);
}

function decodeNumbers(type: DataType, { values, length }: Data, check: Check): Reader {
  check(values.length >= length, "it has fewer values than rows");
  if (DataType.isInt(type) && type.bitWidth === 64) return (row) => asNumber((values as BigInts)[row]!);
  if (DataType.isFloat(type) && type.precision === Precision.HALF)
    return (row) => uint16ToFloat64(values[row]);
  return (row) => (values as Numbers)[row];
}

function asNumber(integer: bigint): number | bigint {
  const number = Number(integer);
  return BigInt(number) === integer ? number : integer;
}

/** Strings by row. If all are ASCII, byte and character offsets agree, so the whole column is decoded at once. */
function decodeTexts(data: Data, check: Check): Reader {
  const bytes: Uint8Array = data.values;
  const offsets = offsetsOf(data, bytes.length, check);
  const [first = 0, end = 0] = [offsets[0], offsets[data.length]];
  const all = decodeText(bytes.subarray(first, end), check);
  if (all.length < end - first)
    return (row) => decodeText(bytes.subarray(offsets[row], offsets[row + 1]), check);
  return (row) => all.slice(offsets[row]! - first, offsets[row + 1]! - first);
}

function decodeText(bytes: Uint8Array, check: Check): string {
  try {
    return utf8.decode(bytes);
  } catch {
    check(false, "a text is not UTF-8");
    return "";
  }
}

/** Strings or bytes in views: each has its length, then its value or its buffer and offset. */
function decodeViews({ values, length, variadicBuffers }: Data, check: Check): (row: number) => Uint8Array {
  check(values.length >= VIEW * length, "it has fewer values than rows");
  const views = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return (row) => {
    const size = views.getInt32(VIEW * row, true);
    check(size >= 0, "a length is negative");
    if (size <= LONGEST_INLINE) return values.subarray(VIEW * row + 4, VIEW * row + 4 + size);
    const buffer = variadicBuffers[views.getInt32(VIEW * row + 8, true)] ?? new Uint8Array();
    const start = views.getInt32(VIEW * row + 12, true);
    check(start >= 0 && start + size <= buffer.length, "a view points outside its values");
    return buffer.subarray(start, start + size);
  };
}

function decodeDictionary(data: Data, check: Check): Reader {
  const index = decodeNumbers((data.type as Dictionary).indices, data, check);
  const parts = (data.dictionary?.data ?? []).map((part) => ({ part, value: readerOf(part, check) }));
  return (row) => {
    let at = Number(index(row));
    for (const { part, value } of parts) {
      if (at >= 0 && at < part.length) return value(at);
      at -= part.length;
    }
    check(false, "an index is outside its dictionary");
  };
}

function decodeLists(data: Data, items: Data, check: Check): Reader {
  const [start, end] = listBounds(data, items.length, check);
  const item = readerOf(items, check);
  const { type, values } = items;
  // Nulls take no bytes, so nothing bounds their number; one is enough to be refused.
  if (DataType.isNull(type)) return (row) => (end(row) > start(row) ? [null] : []);
  const plain =
    (DataType.isInt(type) && type.bitWidth <= 32) ||
    (DataType.isFloat(type) && type.precision !== Precision.HALF);
  if (plain && items.nullCount === 0)
    return (row) => Array.from((values as Int32Array | Float64Array).subarray(start(row), end(row)));
  return (row) => Array.from({ length: end(row) - start(row) }, (_, i) => item(start(row) + i));
}

/** Where the list of each row starts and ends among the items. */
function listBounds(
  data: Data,
  items: number,
  check: Check,
): [start: (row: number) => number, end: (row: number) => number] {
  const { type, length } = data;
  if (DataType.isFixedSizeList(type)) {
    const { listSize } = type;
    check(listSize >= 0 && listSize * length <= items, "its lists have fewer values than they should");
    return [(row) => row * listSize, (row) => (row + 1) * listSize];
  }
  const offsets = offsetsOf(data, items, check);
  return [(row) => offsets[row]!, (row) => offsets[row + 1]!];
}

/** The offsets of a column of variable length, which must rise and stay within its values. */
function offsetsOf({ valueOffsets, length }: Data, values: number, check: Check): Offsets {
  const offsets: Offsets =
    valueOffsets instanceof BigInt64Array ? Float64Array.from(valueOffsets, Number) : valueOffsets;
  check(length === 0 || offsets.length > length, "it has fewer offsets than rows");
  check(
    length === 0 || (offsets[0]! >= 0 && offsets[length]! <= values),
    "its offsets point outside its values",
  );
  for (let row = 0; row < length; row++) check(offsets[row]! <= offsets[row + 1]!, "its offsets decrease");
  return offsets;
}

function isSet(bits: Uint8Array, row: number): boolean {
  return ((bits[row >> 3]! >> (row & 7)) & 1) === 1;
}
