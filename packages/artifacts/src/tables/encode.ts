import {
  Binary,
  Bool,
  type Data,
  type DataType,
  Field,
  Float64,
  Int32,
  List,
  makeData,
  Utf8,
} from "apache-arrow";
import type { Column } from "../schemas/schema.ts";

/** One column of a record batch from the values of its rows, which must have been checked. */
export function encodeColumn(column: Column<unknown>, values: readonly unknown[]): Data {
  const length = values.length;
  const nullCount = values.reduce((nulls: number, value) => nulls + (value === null ? 1 : 0), 0);
  const validity = {
    length,
    nullCount,
    nullBitmap: nullCount > 0 ? bitmap(values, (value) => value !== null) : null,
  };
  switch (column.type) {
    case "int32":
      return makeData({ type: new Int32(), ...validity, data: Int32Array.from(values as number[], orZero) });
    case "float64":
      return makeData({
        type: new Float64(),
        ...validity,
        data: Float64Array.from(values as number[], orZero),
      });
    case "bool":
      return makeData({ type: new Bool(), ...validity, data: bitmap(values, (value) => value === true) });
    case "utf8": {
      const texts = values.map((value) => Buffer.from((value as string | null) ?? ""));
      return makeData({ type: new Utf8(), ...validity, valueOffsets: offsets(texts), data: join(texts) });
    }
    case "binary": {
      const blobs = values.map((value) => (value as Uint8Array | null) ?? new Uint8Array());
      return makeData({ type: new Binary(), ...validity, valueOffsets: offsets(blobs), data: join(blobs) });
    }
    case "list<int32>": {
      const { data, valueOffsets } = joinLists(Int32Array, values);
      const child = makeData({ type: new Int32(), length: data.length, nullCount: 0, data });
      return makeData({ type: listOf(new Int32()), ...validity, valueOffsets, child });
    }
    case "list<float64>": {
      const { data, valueOffsets } = joinLists(Float64Array, values);
      const child = makeData({ type: new Float64(), length: data.length, nullCount: 0, data });
      return makeData({ type: listOf(new Float64()), ...validity, valueOffsets, child });
    }
  }
}

function listOf<T extends DataType>(items: T): List<T> {
  return new List(new Field("item", items, false));
}

/** Lists of numbers one after another; a null list takes none. */
function joinLists<Numbers extends Int32Array | Float64Array>(
  create: new (length: number) => Numbers,
  values: readonly unknown[],
): { data: Numbers; valueOffsets: Int32Array } {
  const lists = values.map((value) => (value as number[] | null) ?? []);
  const valueOffsets = offsets(lists);
  const data = new create(valueOffsets.at(-1)!);
  lists.forEach((list, i) => {
    data.set(list, valueOffsets[i]);
  });
  return { data, valueOffsets };
}

const orZero = (value: number | null): number => value ?? 0;

/** One bit per value, the first in the lowest bit. */
function bitmap(values: readonly unknown[], isSet: (value: unknown) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (const [i, value] of values.entries()) {
    if (isSet(value)) bits[i >> 3]! |= 1 << (i & 7);
  }
  return bits;
}

/** Where each part starts when they are concatenated, and where the last one ends. */
function offsets(parts: readonly { length: number }[]): Int32Array {
  const starts = new Int32Array(parts.length + 1);
  for (const [i, part] of parts.entries()) starts[i + 1] = starts[i]! + part.length;
  return starts;
}

/** The parts in one array; a single part is not copied, so a large tensor is in memory once. */
function join(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
