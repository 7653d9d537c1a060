import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSafetensors } from "./read-safetensors.ts";
import {
  MAX_HEADER_BYTES,
  MAX_NAME_LENGTH,
  MAX_RANK,
  MAX_TENSORS,
  parseHeaderLength,
  parseSafetensorsHeader,
} from "./safetensors-header.ts";
import { entry, safetensorsBytes } from "./testing/malformed.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "safetensors-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(bytes: Uint8Array) {
  const file = join(folder, "model.safetensors");
  writeFileSync(file, bytes);
  const opened = openSafetensors(file);
  return opened;
}

const bytes = safetensorsBytes;

/** Title, file, and what the error must say. */
const attacks: [string, Uint8Array, RegExp][] = [
  ["an empty file", new Uint8Array(0), /too short to be a safetensors file.*0 bytes/s],
  ["a file that ends inside the header's length", new Uint8Array(7), /too short to be a safetensors file/],
  ["a header of length 0", bytes("", 8), /too short to hold a JSON object/],
  ["a header above the format's cap", bytes({}, 0, BigInt(MAX_HEADER_BYTES) + 1n), /longer than 100000000/],
  [
    "a header length of 2^64 - 1",
    bytes({}, 0, 2n ** 64n - 1n),
    /longer than 100000000.*18446744073709551615/s,
  ],
  [
    "a header that reaches beyond the file",
    bytes({}, 0, 3n),
    /reaches beyond the end of the file \(10 bytes\)/,
  ],
  ["a header cut in the middle", bytes('{"a": {"dtype"'), /header is not JSON/],
  ["a header that is not UTF-8", bytes(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /not valid UTF-8/],
  ["an overlong UTF-8 sequence", bytes(Uint8Array.of(0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x7d)), /not valid UTF-8/],
  ["a byte order mark before the header", bytes("\uFEFF{}"), /does not begin with \{/],
  ["space before the header", bytes(" {}"), /does not begin with \{/],
  ["a header that is a list", bytes("[1]"), /does not begin with \{/],
  ["zero bytes instead of spaces after the header", bytes("{}\0\0"), /header is not JSON/],
  ["a second object after the header", bytes("{}{}"), /header is not JSON/],
  [
    "a tensor listed twice",
    bytes(`{"a":${json(entry())},"a":${json(entry())}}`, 8),
    /same key twice in one object\n.*"a"/s,
  ],
  [
    "a tensor listed twice, once in escapes",
    bytes(`{"a":${json(entry())},"\\u0061":${json(entry())}}`, 8),
    /same key twice in one object\n.*"a"/s,
  ],
  [
    "two shapes for one tensor",
    bytes('{"a":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}', 8),
    /same key twice in one object\n.*"shape"/s,
  ],
  [
    "two metadata blocks",
    bytes('{"__metadata__":{},"__metadata__":{}}'),
    /same key twice in one object\n.*"__metadata__"/s,
  ],
  ["metadata that is a list", bytes({ __metadata__: ["pt"] }), /metadata is not a map/],
  ["metadata that is null", bytes({ __metadata__: null }), /metadata is not a map/],
  [
    "a metadata value that is a number",
    bytes({ __metadata__: { step: 3 } }),
    /not a string.*__metadata__\.step/s,
  ],
  ["a tensor whose entry is a list", bytes({ a: [] }), /entry is not an object/],
  ["a tensor whose entry is null", bytes({ a: null }), /entry is not an object/],
  ["a tensor without a type", bytes({ a: { shape: [], data_offsets: [0, 4] } }, 4), /lacks "dtype"/],
  ["a tensor without a shape", bytes({ a: { dtype: "F32", data_offsets: [0, 4] } }, 4), /lacks "shape"/],
  ["a tensor without a place", bytes({ a: { dtype: "F32", shape: [1] } }, 4), /lacks "data_offsets"/],
  [
    "a tensor with an unknown key",
    bytes({ a: entry({ offset: 3 }) }, 8),
    /key the format does not know.*offset/s,
  ],
  [
    "a name of unbounded length",
    bytes({ ["a".repeat(MAX_NAME_LENGTH + 1)]: entry() }, 8),
    /longer than 1024/,
  ],
  ["an unknown type", bytes({ a: entry({ dtype: "F31" }) }, 8), /type is unknown.*"F31"/s],
  [
    "a type named like an object's own property",
    bytes({ a: entry({ dtype: "toString" }) }, 8),
    /type is unknown/,
  ],
  ["a type that is a number", bytes({ a: entry({ dtype: 32 }) }, 8), /type is unknown.*32/s],
  ["a shape that is a number", bytes({ a: entry({ shape: 2 }) }, 8), /shape is not a list/],
  ["a negative size", bytes({ a: entry({ shape: [-2] }) }, 8), /values other than sizes.*-2/s],
  ["two negative sizes whose product fits", bytes({ a: entry({ shape: [-1, -2] }) }, 8), /other than sizes/],
  ["a fractional size", bytes({ a: entry({ shape: [0.5, 4] }) }, 8), /other than sizes/],
  ["a size that is a string", bytes({ a: entry({ shape: ["2"] }) }, 8), /other than sizes/],
  ["a size beyond exact integers", bytes({ a: entry({ shape: [2 ** 53] }) }, 8), /other than sizes/],
  ["sizes whose product overflows", bytes({ a: entry({ shape: [2 ** 40, 2 ** 40] }) }, 8), /can be counted/],
  [
    "more dimensions than any tensor has",
    bytes({ a: entry({ shape: Array(MAX_RANK + 1).fill(1) }) }, 8),
    /more than 8 dim/,
  ],
  ["offsets that are not a pair", bytes({ a: entry({ data_offsets: [0, 4, 8] }) }, 8), /not a pair/],
  ["a negative offset", bytes({ a: entry({ data_offsets: [-8, 0] }) }, 8), /other than positions/],
  ["a fractional offset", bytes({ a: entry({ data_offsets: [0.5, 8.5] }) }, 16), /other than positions/],
  [
    "a tensor that ends before it begins",
    bytes({ a: entry({ data_offsets: [8, 0] }) }, 8),
    /ends before it begins/,
  ],
  ["a tensor beyond the end of the file", bytes({ a: entry() }, 7), /beyond the end of the file \(7 bytes/],
  ["a shape that needs more bytes", bytes({ a: entry({ shape: [3] }) }, 8), /needs 12 bytes, but has 8/],
  ["a shape that needs fewer bytes", bytes({ a: entry({ shape: [1] }) }, 8), /needs 4 bytes, but has 8/],
  ["a type that needs fewer bytes", bytes({ a: entry({ dtype: "F16" }) }, 8), /needs 4 bytes, but has 8/],
  ["two tensors in the same place", bytes({ a: entry(), b: entry() }, 8), /overlaps the one before it, "a"/],
  [
    "overlapping tensors",
    bytes({ a: entry(), b: entry({ data_offsets: [4, 12] }) }, 12),
    /overlaps the one before/,
  ],
  [
    "a tensor inside another",
    bytes({ a: entry({ shape: [4], data_offsets: [0, 16] }), b: entry({ data_offsets: [4, 12] }) }, 16),
    /overlaps/,
  ],
  [
    "a gap between tensors",
    bytes({ a: entry(), b: entry({ data_offsets: [12, 20] }) }, 20),
    /4 bytes before a tensor/,
  ],
  [
    "a gap before the first tensor",
    bytes({ a: entry({ data_offsets: [8, 16] }) }, 16),
    /8 bytes before a tensor/,
  ],
  ["bytes after the last tensor", bytes({ a: entry() }, 9), /end of the file belong to no tensor.*1 bytes/s],
  [
    "a header nested deeper than the format",
    bytes(`{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`),
    /nested more than 3 levels/,
  ],
  ["metadata nested without end", bytes(`{"__metadata__":${'{"a":'.repeat(1e5)}`), /nested more than 3/],
  [
    "more tensors than any checkpoint has, before they are parsed",
    bytes(`{${'"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},'.repeat(2 * MAX_TENSORS + 1)}`),
    /lists more than 100000 tensors/,
  ],
  ["data without any tensor", bytes({}, 4), /end of the file belong to no tensor/],
];

function json(value: unknown) {
  return JSON.stringify(value);
}

describe("a malformed safetensors file is refused, naming the file and the fault", () => {
  test.each(attacks)("%s", async (_, attack, message) => {
    const error = await open(attack).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(message);
    expect((error as UserError).at.file).toBe(join(folder, "model.safetensors"));
    expect((error as UserError).at.remedy).toBeTruthy();
  });
});

describe("a damaged safetensors file", () => {
  const whole = bytes(
    { __metadata__: { format: "pt" }, a: entry(), b: entry({ data_offsets: [8, 16] }) },
    16,
  );
  /** What the reader makes of a file: its tensors, or nothing where it refuses it. Any other error passes through. */
  function parse(file: Uint8Array) {
    try {
      const length = parseHeaderLength(file.subarray(0, 8), file.length, "file");
      return parseSafetensorsHeader(file.subarray(8, 8 + length), file.length, "file").tensors;
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  test("is refused wherever it is cut", () => {
    for (let length = 0; length < whole.length; length++)
      expect(parse(whole.subarray(0, length))).toBeUndefined();
  });

  test("is refused or still covers its data exactly, whichever bit of its header flips", () => {
    const dataStart = whole.length - 16;
    const uncovered: number[] = [];
    for (let bit = 0; bit < 8 * dataStart; bit++) {
      const damaged = whole.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      const tensors = parse(damaged);
      const covered = [...(tensors?.values() ?? [])].reduce((sum, { begin, end }) => sum + end - begin, 0);
      if (tensors && covered !== 16) uncovered.push(bit);
    }
    expect(uncovered).toEqual([]);
  });
});

describe("a well-formed safetensors file is accepted", () => {
  test("when its tensors are listed in another order than they lie in", async () => {
    const { tensors } = await open(bytes({ b: entry({ data_offsets: [8, 16] }), a: entry() }, 16));
    expect([...tensors.keys()]).toEqual(["a", "b"]);
  });

  test("when its header is padded with spaces", async () => {
    expect((await open(bytes(`${json({ a: entry() })}     `, 8))).tensors.size).toBe(1);
  });

  test("with scalars and empty tensors", async () => {
    const header = {
      empty: entry({ shape: [0, 5], data_offsets: [0, 0] }),
      scalar: entry({ shape: [], data_offsets: [0, 4] }),
      last: entry({ shape: [0], data_offsets: [4, 4] }),
    };
    expect((await open(bytes(header, 4))).tensors.size).toBe(3);
  });

  test("with names that mean something to JavaScript", async () => {
    const header = `{"__proto__":${json(entry())},"constructor":${json(entry({ data_offsets: [8, 16] }))}}`;
    expect([...(await open(bytes(header, 16))).tensors.keys()]).toEqual(["__proto__", "constructor"]);
  });

  test("with equal keys in different objects, and quotes and braces inside of strings", async () => {
    const header = {
      __metadata__: { dtype: 'say "{" \\', a: "}" },
      a: entry(),
      dtype: entry({ data_offsets: [8, 16] }),
    };
    expect((await open(bytes(header, 16))).metadata).toEqual(header.__metadata__);
  });
});
