import lz4 from "lz4js";
import { describe, expect, test } from "vitest";
import { decompress } from "./decompress.ts";

const MOST = 2 ** 30;
const contents = Buffer.from("abc".repeat(20));
/** The contents in an LZ4 frame, and in a frame of Zstandard as pyarrow.compress made it. */
const frames = [
  Buffer.from(lz4.compress(contents)),
  Buffer.from("28b52ffd203c4d0000186162630100f67443", "hex"),
] as const;

/** A buffer of a record batch: its size before compression, and the frame. */
function buffer(size: number, frame: Uint8Array): Uint8Array {
  const prefix = Buffer.alloc(8);
  prefix.writeBigInt64LE(BigInt(size));
  return Buffer.concat([prefix, frame]);
}

describe.each([
  ["LZ4", 0],
  ["Zstandard", 1],
] as const)("a buffer compressed by %s", (_, codec) => {
  const frame = frames[codec];

  test("is what it was before", () => {
    expect(Buffer.from(decompress(buffer(contents.length, frame), codec, MOST))).toEqual(contents);
  });

  test("is refused if it claims more than its frame, or the reader, can hold, before that much is allocated", () => {
    for (const size of [2 ** 29, 2 ** 40, -2])
      expect(() => decompress(buffer(size, frame), codec, MOST)).toThrow(/is too short|claims to hold/);
    expect(() => decompress(buffer(contents.length, frame), codec, contents.length - 1)).toThrow(
      "claims to hold 60",
    );
  });

  test("is refused if it is truncated anywhere", () => {
    for (let length = 0; length < frame.length - 4; length++)
      expect(() => decompress(buffer(contents.length, frame.subarray(0, length)), codec, MOST)).toThrow();
  });
});

test("an LZ4 frame whose block leaves it, or is of another size, is refused", () => {
  const leaving = Buffer.from(frames[0]);
  leaving.writeUInt32LE(0xffffffff, 7);
  expect(() => decompress(buffer(contents.length, leaving), 0, MOST)).toThrow("outside the bounds");
  expect(() => decompress(buffer(contents.length + 1, frames[0]), 0, MOST)).toThrow("has the wrong size");
});

test("a buffer may be uncompressed or empty", () => {
  expect(Buffer.from(decompress(buffer(-1, contents), 1, MOST))).toEqual(contents);
  expect(decompress(new Uint8Array(), 1, MOST)).toHaveLength(0);
});

test("another codec is named", () => {
  expect(() => decompress(buffer(3, contents), 7, MOST)).toThrow("codec 7");
});
