import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { foreignFile } from "../testing/foreign/foreign-schema.ts";
import { openArrowFile } from "./arrow-file.ts";

/** Reads all record batches of a well-formed file after its bytes were changed. */
function read(name: string, change: (bytes: Buffer) => Uint8Array): number {
  const file = join(temporaryFolder(), "a.arrow");
  writeFileSync(file, change(readFileSync(foreignFile(name))));
  const { next, close } = openArrowFile(file);
  try {
    let rows = 0;
    for (let batch = next(); batch; batch = next()) rows += batch.rows;
    return rows;
  } finally {
    close();
  }
}

function int32(value: number): Buffer {
  return Buffer.from(Int32Array.of(value).buffer);
}

/** Where the footer of a file says how long the first record batch's body is. */
function bodyLengthAt(bytes: Buffer): number {
  const message = 16 + bytes.readInt32LE(12); // after the magic and the schema
  const block = Buffer.alloc(12);
  block.writeBigInt64LE(BigInt(message));
  block.writeInt32LE(8 + bytes.readInt32LE(message + 4), 8);
  const at = bytes.lastIndexOf(block);
  expect(at).toBeGreaterThan(message);
  return at + 16;
}

test("a file in either format is read to its end", () => {
  for (const name of ["plain", "stream", "batches"]) expect(read(name, (bytes) => bytes)).toBe(3);
});

test.each<[string, string, (bytes: Buffer) => Uint8Array]>([
  ["another magic at its end", "its end marker is missing", (bytes) => bytes.fill("7", bytes.length - 1)],
  [
    "a footer beyond its beginning",
    "its footer extends beyond the file",
    (bytes) => bytes.fill(int32(bytes.length - 17), bytes.length - 10, bytes.length - 6),
  ],
  [
    "a record batch that is longer in the footer than in its message",
    "its footer points to no record batch",
    (bytes) => {
      const at = bodyLengthAt(bytes);
      bytes.writeBigInt64LE(bytes.readBigInt64LE(at) + 8n, at);
      return bytes;
    },
  ],
])("a file is refused for %s", (_, problem, change) => {
  expect(() => read("plain", change)).toThrow(`the Arrow file is damaged: ${problem}`);
});

test.each<[string, string, (bytes: Buffer) => Uint8Array]>([
  [
    "a message longer than the file",
    "a message extends beyond the file",
    (bytes) => bytes.fill(int32(bytes.length - 7), 4, 8),
  ],
  [
    "a record batch longer than the file",
    "a record batch extends beyond the file",
    (bytes) => bytes.subarray(0, bytes.length - 16),
  ],
  ["no end mark", "its end marker is missing", (bytes) => bytes.subarray(0, bytes.length - 8)],
])("a stream is refused for %s", (_, problem, change) => {
  expect(() => read("stream", change)).toThrow(`the Arrow file is damaged: ${problem}`);
});
