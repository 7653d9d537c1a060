import {
  type Data,
  Dictionary,
  Field,
  FixedSizeList,
  Int32,
  Int64,
  makeData,
  Utf8,
  Utf8View,
  Vector,
} from "apache-arrow";
import { describe, expect, test } from "vitest";
import { decodeColumn } from "./decode.ts";

/** All values of a column of so many rows. */
function decode(data: Data, rows = data.length): unknown[] {
  const value = decodeColumn(data, rows, "a.arrow", "n");
  return Array.from({ length: rows }, (_, row) => value(row));
}

const texts = (offsets: number[], length = 2) =>
  makeData({
    type: new Utf8(),
    length,
    valueOffsets: Int32Array.from(offsets),
    data: Buffer.from("onetwo"),
  });
const numbers = (length: number) => makeData({ type: new Int32(), length, data: Int32Array.of(5, 6) });
const pairs = (length: number) =>
  makeData({
    type: new FixedSizeList(2, new Field("item", new Int32())),
    length,
    child: makeData({ type: new Int32(), length: 4, data: Int32Array.of(1, 2, 3, 4) }),
  });
const words = (...indices: number[]) =>
  makeData({
    type: new Dictionary(new Utf8(), new Int32()),
    length: indices.length,
    data: Int32Array.from(indices),
    dictionary: new Vector([texts([0, 3, 6]), texts([0, 6], 1)]),
  });
/** A column of views: each has a length and either the text or its place in the only buffer. */
function views(...each: readonly (string | readonly [length: number, start: number])[]): Data {
  const bytes = Buffer.alloc(16 * each.length);
  for (const [i, view] of each.entries()) {
    bytes.writeInt32LE(typeof view === "string" ? view.length : view[0], 16 * i);
    if (typeof view === "string") bytes.write(view, 16 * i + 4);
    else bytes.writeInt32LE(view[1], 16 * i + 12);
  }
  const buffer = Buffer.from("a text of more than twelve");
  return makeData({
    type: new Utf8View(),
    length: each.length,
    views: Uint8Array.from(bytes),
    variadicBuffers: [Uint8Array.from(buffer)],
  } as never);
}

test("values are where their offsets, indices and views say", () => {
  expect(decode(texts([0, 3, 6]))).toEqual(["one", "two"]);
  expect(decode(texts([3, 3, 5]))).toEqual(["", "tw"]);
  expect(decode(numbers(2))).toEqual([5, 6]);
  expect(decode(pairs(2))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(decode(words(1, 2, 0))).toEqual(["two", "onetwo", "one"]);
  expect(decode(views("twelve bytes", "", [20, 6]))).toEqual(["twelve bytes", "", " of more than twelve"]);
});

test("a 64-bit integer becomes a number if that is exact, and else stays a bigint", () => {
  const data = BigInt64Array.of(-(2n ** 53n), 2n ** 53n + 1n);
  expect(decode(makeData({ type: new Int64(), length: 2, data }))).toEqual([-(2 ** 53), 2n ** 53n + 1n]);
});

describe("a column is refused if", () => {
  test.each<[string, () => unknown]>([
    ["a column is not as long as its batch", () => decode(numbers(2), 1)],
    ["it has fewer values than rows", () => decode(numbers(3))],
    ["it has fewer values than rows", () => decode({ ...views("a"), length: 2 } as Data)],
    ["it has fewer offsets than rows", () => decode(texts([0, 3]))],
    ["its offsets point outside its values", () => decode(texts([-1, 3, 6]))],
    ["its offsets point outside its values", () => decode(texts([0, 3, 7]))],
    ["its offsets decrease", () => decode(texts([0, 5, 3]))],
    ["its lists have fewer values than they should", () => decode(pairs(3))],
    ["an index is outside its dictionary", () => decode(words(3))],
    ["an index is outside its dictionary", () => decode(words(-1))],
    ["a length is negative", () => decode(views([-1, 0]))],
    ["a view points outside its values", () => decode(views([20, 7]))],
    ["a view points outside its values", () => decode(views([20, -1]))],
  ])("%s", (problem, read) => {
    expect(read).toThrow(`the Arrow file is damaged: ${problem}\n  file: a.arrow\n  place: column n`);
  });
});
