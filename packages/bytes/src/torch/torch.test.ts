import fc from "fast-check";
import { expect, test } from "vitest";
import { problemOf } from "../testing/problem-of.ts";
import { parseTorch } from "./read-torch.js";
import { TorchTensor } from "./tensor.js";
import { torchBytes } from "./write-torch.js";
import { readZip, writeZip } from "./zip.js";

const ascii = (text: string) => Buffer.from(text, "latin1");
const short = (value: number) => Buffer.of(0x4d, value & 0xff, value >> 8);
const text = (value: string) => Buffer.concat([Buffer.of(0x58, value.length, 0, 0, 0), ascii(value)]);
const tuple = (...values: Buffer[]) => Buffer.concat([ascii("("), ...values, ascii("t")]);
const join = (...parts: (Buffer | string)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? ascii(part) : part)));

/** A file of torch.save with this pickle, without its protocol and end, and these values of storages. */
function torchFile(pickle: Buffer, storages: Record<string, Uint8Array> = {}, more: [string, Buffer][] = []) {
  return writeZip([
    ["x/data.pkl", join(Buffer.of(0x80, 2), pickle, ".")],
    ["x/byteorder", ascii("little")],
    ...Object.entries(storages).map(([key, bytes]): [string, Uint8Array] => [`x/data/${key}`, bytes]),
    ...more,
  ]);
}

interface TensorParts {
  type?: string;
  key?: string;
  stored?: number;
  offset?: number;
  shape: number[];
  stride: number[];
}

/** The pickle of a tensor as torch.save writes it. */
function tensor({ type = "FloatStorage", key = "0", stored = 6, offset = 0, shape, stride }: TensorParts) {
  const id = tuple(text("storage"), ascii(`ctorch\n${type}\n`), text(key), text("cpu"), short(stored));
  const sizes = [shape, stride].map((numbers) => tuple(...numbers.map(short)));
  const hooks = "ccollections\nOrderedDict\n)R";
  return join(
    "ctorch._utils\n_rebuild_tensor_v2\n",
    tuple(join(id, "Q"), short(offset), ...sizes, join(Buffer.of(0x89), hooks)),
    "R",
  );
}

const six = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);
const read = (bytes: Uint8Array) => parseTorch(bytes, "graph.pt");
const problem = (pickle: Buffer, storages?: Record<string, Uint8Array>) =>
  problemOf(() => read(torchFile(pickle, storages)));

test("what is written is read back, every value to the last bit", () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
  );
  const value = fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), fc.array(leaf)));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), (object) => {
      const dict = new Map(
        Object.entries(object).map(([key, item]) => [
          key,
          typeof item === "object" && item !== null && !Array.isArray(item)
            ? new Map(Object.entries(item))
            : item,
        ]),
      );
      expect(read(torchBytes(dict))).toEqual(dict);
    }),
    { numRuns: 200 },
  );
  const data = [Float64Array.of(0.1, Number.NaN, -0), Float32Array.of(1 / 3, 0, 2), Uint8Array.of(1, 0, 1)];
  const bytes = torchBytes(new Map(data.map((values, i) => [`${i}`, { shape: [3], data: values }])));
  const tensors = [...(read(bytes) as Map<string, TorchTensor>).values()];
  expect(tensors.map(({ type }) => type)).toEqual(["float64", "float32", "bool"]);
  expect(tensors.map((tensor) => [...tensor.read()])).toEqual(data.map((values) => [...values]));
});

test("tensors are read in their own order, whatever the order and place of their values in the file", () => {
  const values = (parts: TensorParts) => {
    const found = read(torchFile(tensor(parts), { 0: six }));
    expect(found).toBeInstanceOf(TorchTensor);
    return [...(found as TorchTensor).read()];
  };
  expect(values({ shape: [2, 3], stride: [3, 1] })).toEqual([0, 1, 2, 3, 4, 5]);
  expect(values({ shape: [3, 2], stride: [1, 3] })).toEqual([0, 3, 1, 4, 2, 5]);
  expect(values({ shape: [2], stride: [2], offset: 1 })).toEqual([1, 3]);
  expect(values({ shape: [2, 2], stride: [3, 2], offset: 0 })).toEqual([0, 2, 3, 5]);
  expect(values({ shape: [], stride: [], offset: 4 })).toEqual([4]);
  expect(values({ shape: [0, 3], stride: [3, 1], offset: 6 })).toEqual([]);
});

test.each([
  ["a function", "cos\nsystem\n", "os.system"],
  ["a function that is then called", "cposix\nsystem\n(X\x04\0\0\0echotR", "posix.system"],
  ["eval under an accepted module", "ctorch._utils\neval\n", "torch._utils.eval"],
  ["an accepted name under another module", "cevil\nFloatStorage\n", "evil.FloatStorage"],
  ["a storage of numbers that are not read", "ctorch\nHalfStorage\n", "torch.HalfStorage"],
  ["a lookalike with a space", "ctorch._utils _rebuild_tensor_v2\n\n", "torch._utils _rebuild_tensor_v2."],
])("a global that is not whitelisted is refused by name: %s", (_, pickle, name) => {
  const message = problem(ascii(pickle));
  expect(message).toContain("names Python code, which is never run");
  expect(message).toContain(`value: "${name}"`);
});

test("accepted names are not called with what they are not for", () => {
  expect(problem(ascii("ctorch\nFloatStorage\n)R"))).toContain("calls Python code");
  expect(problem(ascii("ccollections\nOrderedDict\n(])tR"))).toContain("calls Python code");
  expect(problem(ascii("ctorch._utils\n_rebuild_tensor_v2\n)R"))).toContain(
    "tensor in the file is malformed",
  );
  expect(problem(ascii("ctorch\nFloatStorage\n"))).toContain("a class, or values without a tensor");
  expect(problem(ascii("X\x01\0\0\0xQ"))).toContain("not a tensor's values");
  expect(problem(ascii("NN)R"))).toContain("damaged");
});

test.each([
  ["BUILD, which sets attributes", "}}b", "BUILD"],
  ["NEWOBJ, which makes objects", "ccollections\nOrderedDict\n)\x81", "NEWOBJ"],
  ["STACK_GLOBAL, which names code by texts", "X\x02\0\0\0osX\x06\0\0\0system\x93", "STACK_GLOBAL"],
  ["INST, which calls", "(ios\nsystem\n", "INST"],
  ["EXT1, which names code by number", "\x82\x01", "EXT1"],
  ["one that does not exist", "\xff", "0xff"],
])("an instruction that plain data does not need is refused: %s", (_, pickle, name) => {
  expect(problem(ascii(pickle))).toContain(`instruction that plain data does not need`);
  expect(problem(ascii(pickle))).toContain(`value: "${name}"`);
});

test("a list that contains itself, deep nesting, and lists that double at each level are refused", () => {
  expect(problem(ascii("]q\0h\0a"))).toContain("contains itself");
  expect(problem(ascii("}q\0X\x01\0\0\0ah\0s"))).toContain("contains itself");
  expect(problem(ascii("]".repeat(40) + "a".repeat(39)))).toContain("nested more than 32 levels");
  // Each level holds the one below it ten times: 10^20 values if written out.
  const levels = Array.from({ length: 20 }, (_, n) =>
    join("](", join("h", Buffer.of(n)).toString("latin1").repeat(10), "eq", Buffer.of(n + 1)),
  );
  expect(problem(join("](]q\0", ...levels, "e"))).toContain("more than 262144 values");
  expect(problem(ascii("]".repeat(300_000)))).toContain("more than 262144 values");
});

test("keys that are not texts, or occur twice, are refused, and __proto__ is a key like any other", () => {
  expect(problem(ascii("}K\x01K\x02s"))).toContain("key that is not a text");
  expect(problem(ascii("}X\x01\0\0\0aK\x02sX\x01\0\0\0aK\x02s"))).toContain("same key twice");
  const dict = read(torchFile(join("}", text("__proto__"), "K\x01s"))) as Map<string, unknown>;
  expect(dict.get("__proto__")).toBe(1);
});

test.each<[string, TensorParts, string]>([
  ["larger than its storage", { shape: [7], stride: [1] }, "more values than are stored"],
  ["beyond the end of its storage", { shape: [3], stride: [1], offset: 4 }, "more values than are stored"],
  ["with strides beyond its storage", { shape: [2, 2], stride: [5, 2] }, "more values than are stored"],
  ["that repeats one value by a stride of 0", { shape: [60_000, 60_000], stride: [0, 0] }, "contiguous"],
  [
    "of a storage of other length than it says",
    { shape: [2], stride: [1], stored: 2 },
    "24 bytes, not those of 2",
  ],
  ["of a storage shorter than it says", { shape: [9], stride: [1], stored: 9 }, "24 bytes, not those of 9"],
  ["of a storage that is not there", { shape: [1], stride: [1], key: "7" }, "missing from the file"],
  [
    "of a storage outside its folder",
    { shape: [1], stride: [1], key: "../data.pkl" },
    "missing from the file",
  ],
  ["with fewer strides than dimensions", { shape: [1, 1], stride: [1] }, "impossible shape"],
  ["of 40 dimensions", { shape: Array(40).fill(1), stride: Array(40).fill(1) }, "impossible shape"],
])("a tensor is refused: one %s", (_, parts, reason) => {
  expect(problem(tensor(parts), { 0: six })).toContain(reason);
});

test("a negative size, and one beyond any number, are refused", () => {
  const good = tensor({ shape: [3], stride: [1] });
  const swapped = (size: Buffer) =>
    Buffer.from(
      good.toString("latin1").replace(short(3).toString("latin1"), size.toString("latin1")),
      "latin1",
    );
  expect(problem(swapped(ascii("J\xfd\xff\xff\xff")), { 0: six })).toContain("malformed");
  expect(problem(swapped(ascii(`\x8a\x09${"\xff".repeat(9)}`)), { 0: six })).toContain("too large");
  expect(problem(swapped(ascii("G\x7f\xf0\0\0\0\0\0\0")), { 0: six })).toContain("malformed");
});

test("files cut short at any byte are refused", () => {
  const bytes = torchFile(tensor({ shape: [2, 3], stride: [3, 1] }), { 0: six });
  for (let length = 0; length < bytes.length; length++) problemOf(() => read(bytes.subarray(0, length)));
  const pickle = readZip(bytes, "x").get("x/data.pkl")!;
  for (let length = 0; length < pickle.length; length++) {
    const cut = new Map(readZip(bytes, "x")).set("x/data.pkl", pickle.subarray(0, length));
    problemOf(() => read(writeZip(cut)));
  }
});

test("zip files that PyTorch does not write are refused: compressed, encrypted, overlapping, of equal names", () => {
  const bytes = torchFile(ascii("N"));
  const central = bytes.lastIndexOf("PK\x01\x02", bytes.lastIndexOf("PK\x01\x02") - 1, "latin1");
  const changed = (offset: number, value: number, from = central) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt32LE(value, from + offset);
    return problemOf(() => read(copy));
  };
  const method = bytes.readUInt32LE(central + 8);
  expect(changed(8, method | (8 << 16))).toContain("compressed");
  expect(changed(8, method | 1)).toContain("encrypted");
  expect(changed(16, 0)).toContain("checksum of the zip file is wrong");
  expect(changed(24, 0xffff)).toContain("compressed");
  expect(changed(42, 0x7fff_ffff)).toContain("damaged");
  const twice = writeZip([
    ["x/data.pkl", ascii("N.")],
    ["x/data.pkl", ascii("N.")],
  ]);
  expect(problemOf(() => read(twice))).toContain("two parts of the same name");
  // Two entries of the list name one part that is nearly as long as the file.
  const long = writeZip([
    ["a", Buffer.alloc(1000)],
    ["b", Buffer.alloc(1000)],
  ]);
  const [first, second] = [
    long.indexOf("PK\x01\x02", 0, "latin1"),
    long.lastIndexOf("PK\x01\x02", long.length, "latin1"),
  ];
  const grown = Buffer.from(long);
  for (const offset of [20, 24]) grown.writeUInt32LE(2050, first + offset);
  grown.writeUInt32LE(0, second + 42);
  expect(problemOf(() => read(grown))).toMatch(/damaged|overlap|checksum/);
});

test("other files are refused by name, with what to do", () => {
  expect(problemOf(() => read(ascii('{"cfg": {}}')))).toContain("not a PyTorch file, but JSON");
  expect(problemOf(() => read(Buffer.from([0x80, 2, 0x8a])))).toMatch(/a Python pickle[\s\S]*before 1\.6/);
  expect(problemOf(() => read(writeZip([["a.txt", ascii("a")]])))).toContain("must have one data.pkl");
  expect(problemOf(() => read(torchFile(ascii("N"), {}, [["y/data.pkl", ascii("N.")]])))).toContain(
    "one data.pkl",
  );
  const big = new Map(readZip(torchFile(ascii("N")), "x")).set("x/byteorder", ascii("big"));
  expect(problemOf(() => read(writeZip(big)))).toContain("big-endian");
  const protocol = new Map(big).set("x/byteorder", ascii("little")).set("x/data.pkl", ascii("\x80\x04N."));
  expect(problemOf(() => read(writeZip(protocol)))).toContain("not of protocol 2");
  const large = new Map(protocol).set("x/data.pkl", Buffer.alloc(5 * 2 ** 20));
  expect(problemOf(() => read(writeZip(large)))).toContain("larger than 4 MiB");
});
