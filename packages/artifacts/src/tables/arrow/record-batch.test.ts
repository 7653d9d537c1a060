import { Field, Int32, Message, Schema, Utf8View } from "apache-arrow";
import { BufferRegion, FieldNode, RecordBatch } from "apache-arrow/ipc/metadata/message";
import { describe, expect, test } from "vitest";
import { BatchLoader } from "./record-batch.ts";

type Region = readonly [offset: number, length: number];
const body = new Uint8Array(Int32Array.of(5, 6, 7, 8).buffer);

/** Loads a batch of one column of numbers, or of views, whose buffers are these parts of the body. */
function load(regions: Region[], [length, nulls]: Region = [2, 0], views: number[] = []) {
  const nodes = [new FieldNode(length, nulls)];
  const buffers = regions.map(([offset, size]) => new BufferRegion(offset, size));
  const header = new RecordBatch(2, nodes, buffers, null, views);
  const type = views.length > 0 ? new Utf8View() : new Int32();
  return new BatchLoader(new Schema([new Field("n", type)])).recordBatch(Message.from(header), body);
}

test("columns are views of a batch's body", () => {
  const { rows, columns } = load([
    [0, 0],
    [8, 8],
  ]);
  expect(rows).toBe(2);
  expect(columns[0]!.values).toEqual(Int32Array.of(7, 8));
});

describe("a batch is refused if", () => {
  test.each([
    ["a buffer ends after its body", [12, 8]],
    ["a buffer starts before its body", [-8, 8]],
    ["a buffer has a negative length", [8, -8]],
  ] as const)("%s", (_, region) => {
    expect(() => load([[0, 0], region])).toThrow("a buffer extends beyond its batch");
  });

  test.each([
    ["a column has a negative length", [-1, 0]],
    ["a column has more nulls than values", [2, 3]],
    ["a column has a negative number of nulls", [2, -1]],
  ] as const)("%s", (_, node) => {
    expect(() =>
      load(
        [
          [0, 0],
          [8, 8],
        ],
        node,
      ),
    ).toThrow("a column's length is impossible");
  });

  test("a column claims billions of buffers", () => {
    expect(() =>
      load(
        [
          [0, 0],
          [0, 0],
        ],
        [0, 0],
        [2 ** 31],
      ),
    ).toThrow("more buffers than there are");
  });
});
