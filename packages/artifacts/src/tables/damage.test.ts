import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createProvenance } from "../manifest/provenance.ts";
import { seededRandom } from "../random/seeded-random.ts";
import { layersSchema } from "../schemas/layers.ts";
import type { AnySchema } from "../schemas/schema.ts";
import { errorOf } from "../testing/error-of.ts";
import { overwrite } from "../testing/overwrite.ts";
import { smallRows, smallSchema } from "../testing/rows.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readTable } from "./read-table.ts";
import { scanRows } from "./scan.ts";
import { foreignFile, foreignSchema } from "./testing/foreign/foreign-schema.ts";
import { writeTable } from "./write-table.ts";

/** A small table, and a function that reads it after its bytes were replaced. */
async function smallTable() {
  const file = join(temporaryFolder(), smallSchema.file);
  await writeTable(file, smallSchema, smallRows, createProvenance());
  const original = readFileSync(file);
  const readAs = (bytes: Uint8Array): Error | undefined => {
    overwrite(file, bytes);
    return errorOf(() => readTable(file, smallSchema)) as Error | undefined;
  };
  return { file, original, readAs };
}

/** `bytes` with one of them changed. */
function flipped(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at]! ^= mask;
  return copy;
}

test("every changed byte of an Arrow file is detected before it is parsed", async () => {
  const { original, readAs } = await smallTable();
  const missed = [];
  for (let i = 0; i < original.length; i++) {
    for (const mask of [1 << (i % 8), 0xff]) {
      const error = readAs(flipped(original, i, mask));
      if (error?.name !== "UserError" || !error.message.startsWith("the file's contents have changed"))
        missed.push(i);
    }
  }
  expect(missed).toEqual([]);
});

test("every truncation of an Arrow file is detected before it is parsed, and reported in bytes", async () => {
  const { original, readAs } = await smallTable();
  const full = original.length.toLocaleString("en-US");
  for (let length = 0; length < original.length; length++) {
    const error = readAs(original.subarray(0, length));
    expect(error?.name).toBe("UserError");
    expect(error?.message).toContain(
      `the file was cut short: ${length.toLocaleString("en-US")} of ${full} bytes`,
    );
  }
});

test("bytes added to an Arrow file are detected", async () => {
  const { original, readAs } = await smallTable();
  expect(readAs(Buffer.concat([original, Buffer.of(0)]))?.message).toContain("the file has grown");
});

test("an untrusted Arrow file truncated anywhere is refused, and never read as a shorter table", async () => {
  const { file, original } = await smallTable();
  for (let length = 0; length < original.length; length++) {
    overwrite(file, original.subarray(0, length));
    const error = errorOf(() => [...scanRows(file, smallSchema as AnySchema)]) as Error | undefined;
    expect(error?.name, `cut at ${length}: ${error?.stack}`).toBe("UserError");
  }
});

test("a changed byte among an untrusted file's values is refused or read, but never crashes the reader", async () => {
  const { file, original } = await smallTable();
  const crashes = [];
  for (const i of bodyOf(original)) {
    for (const mask of [1 << (i % 8), 0xff]) {
      overwrite(file, flipped(original, i, mask));
      const error = errorOf(() => [...scanRows(file, smallSchema as AnySchema)]) as Error | undefined;
      if (error && error.name !== "UserError") crashes.push(`byte ${i}: ${error.stack}`);
    }
  }
  expect(crashes).toEqual([]);
});

test.each(["plain", "lz4", "zstd", "dictionary-zstd", "views-lz4", "stream-dictionary-lz4", "legacy"])(
  "bytes changed anywhere in an untrusted file are refused or read in no time: %s",
  (name) => {
    const file = join(temporaryFolder(), foreignSchema.file);
    const original = readFileSync(foreignFile(name));
    writeFileSync(file, original);
    const random = seededRandom(1, name);
    const faults = [];
    for (let i = 0; i < 80; i++) {
      const changed = Uint8Array.from(original);
      for (let changes = random.int(1, 3); changes > 0; changes--) {
        changed[random.int(0, changed.length - 1)]! ^= random.int(0, 1) ? 1 << random.int(0, 7) : 0xff;
      }
      overwrite(file, changed);
      const started = process.cpuUsage();
      const error = errorOf(() => [...scanRows(file, foreignSchema as unknown as AnySchema)]) as
        | Error
        | undefined;
      const { user } = process.cpuUsage(started);
      if ((error && error.name !== "UserError") || user > 2e6)
        faults.push(`${i}: ${user} us, ${error?.stack}`);
    }
    expect(faults).toEqual([]);
  },
);

test.each(["hang-286", "hang-3372", "hang-57", "hang-layers"])(
  "a file whose metadata claims vectors of billions is refused: %s",
  (name) => {
    const file = fileURLToPath(import.meta.resolve(`./testing/damaged/${name}.arrow`));
    expect(() => [...scanRows(file, layersSchema as unknown as AnySchema)]).toThrow(
      "a length exceeds its metadata",
    );
  },
);

test("a view of bytes beyond its buffer is refused, not cut", () => {
  const file = join(temporaryFolder(), foreignSchema.file);
  const bytes = readFileSync(foreignFile("views"));
  const view = bytes.indexOf(Buffer.from("\x19\0\0\0gr", "latin1")); // 25 bytes, which begin with "gr"
  expect(view).toBeGreaterThan(0);
  bytes.writeInt32LE(40, view + 12);
  writeFileSync(file, bytes);
  expect(() => [...scanRows(file, foreignSchema as unknown as AnySchema)]).toThrow(
    "a view points outside its values",
  );
});

/** Where the values of an Arrow file's only record batch are, between the last message's metadata and the end mark. */
function bodyOf(file: Uint8Array): number[] {
  const view = new DataView(file.buffer, file.byteOffset);
  const afterMessage = (at: number) => at + 8 + view.getInt32(at + 4, true);
  const start = afterMessage(afterMessage(8));
  const footer = view.getInt32(file.length - 10, true);
  return Array.from({ length: file.length - 10 - footer - 8 - start }, (_, i) => start + i);
}
