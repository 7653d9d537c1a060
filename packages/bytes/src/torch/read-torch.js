import { readFileSync } from "node:fs";
import { recognise } from "../recognise.js";
import { regularFile } from "../regular-file.js";
import { UserError } from "../user-error.js";
import { readPickle } from "./pickle.js";
import { storageTypes, TorchTensor } from "./tensor.js";
import { readZip } from "./zip.js";

/** @typedef {import("./pickle.js").Fail} Fail */
/** @typedef {import("./pickle.js").PickleValue} PickleValue */

/** Largest file read by default, in bytes. */
const LARGEST_FILE = 512 * 2 ** 20;
/** Largest pickle in it, in bytes: names and shapes, without the tensors' values. */
const LARGEST_PICKLE = 4 * 2 ** 20;
/** PyTorch accepts 64. */
const MOST_DIMENSIONS = 16;

const TENSOR = "torch._utils _rebuild_tensor_v2";
const ORDERED_DICT = "collections OrderedDict";
const GLOBALS = new Set([
  TENSOR,
  ORDERED_DICT,
  ...Array.from(storageTypes.keys(), (name) => `torch ${name}`),
]);

/** A tensor's values in the file, before its shape is known. */
class Storage {
  /**
   * @param {string} name in {@link storageTypes}
   * @param {Uint8Array} bytes
   * @param {number} count of values
   */
  constructor(name, bytes, count) {
    this.name = name;
    this.bytes = bytes;
    this.count = count;
  }
}

/**
 * Reads a file of torch.save (the zip format, the default since PyTorch 1.6): dicts, lists, tuples, texts, numbers, booleans,
 * None and tensors of float32, float64, int64, int32, uint8 and bool, contiguous or not. Its pickle is interpreted, never
 * executed, and a name in it that is none of these is refused. Tensors are read when their values are asked for.
 *
 * @param {string} file
 * @param {{ most?: number, what?: string, remedy?: string }} [options] `most`: the largest size accepted, in bytes, default 512 MiB; `what`: what
 *   the file is, default "the file"; `remedy`: what to do about a file of another kind
 * @returns {PickleValue}
 * @throws {UserError} if it cannot be read, is of another kind, damaged, or has anything else in it
 */
export function readTorch(file, { most = LARGEST_FILE, what = "the file", remedy } = {}) {
  regularFile(file, { most });
  return parseTorch(readFileSync(file), file, { what, remedy });
}

/**
 * {@link readTorch} of bytes.
 *
 * @param {Uint8Array} bytes
 * @param {string} file named in errors
 * @param {{ what?: string, remedy?: string | undefined }} [options]
 * @returns {PickleValue}
 * @throws {UserError}
 */
export function parseTorch(bytes, file, { what = "the file", remedy } = {}) {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    const kind = recognise(bytes)?.kind;
    const pickle = kind === "a Python pickle";
    throw new UserError(`${what} is not a PyTorch file${kind === undefined ? "" : `, but ${kind}`}`, {
      file,
      remedy: pickle
        ? "if it is a file of PyTorch before 1.6, load it there and save it again with torch.save"
        : (remedy ?? "check that this is the right file"),
    });
  }
  const parts = readZip(bytes, file);
  const refuse = (/** @type {string} */ problem, /** @type {string} */ place) =>
    new UserError(problem, { file, place, remedy: "save it again with torch.save" });
  const pickles = [...parts.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [name = ""] = pickles;
  const pickle = parts.get(name);
  if (!pickle || pickles.length > 1)
    throw refuse(`${what} is a zip file, but not of PyTorch: it must have one data.pkl`, "its list of parts");
  if (pickle.length > LARGEST_PICKLE)
    throw refuse(`the pickle in the file is larger than ${LARGEST_PICKLE / 2 ** 20} MiB`, name);
  const folder = name.slice(0, -"data.pkl".length);
  const order = parts.get(`${folder}byteorder`);
  if (order && Buffer.from(order).toString() !== "little")
    throw refuse("the file was written on a big-endian machine", `${folder}byteorder`);
  return readPickle(pickle, file, {
    globals: GLOBALS,
    make: (callee, args, fail) => {
      if (callee === TENSOR) return tensorOf(args, fail);
      if (callee === ORDERED_DICT && args.length === 0) return new Map();
      throw fail("the file calls Python code, which is never run", callee.replace(" ", "."));
    },
    load: (id, fail) => storageOf(id, (key) => parts.get(`${folder}data/${key}`), fail),
  });
}

/**
 * The storage of a persistent id: ("storage", its class, its name, the device it was on, its number of values).
 *
 * @param {unknown} id
 * @param {(key: string) => Uint8Array | undefined} find
 * @param {Fail} fail
 * @returns {Storage}
 */
function storageOf(id, find, fail) {
  const [kind, type, key, , count] = Array.isArray(id) ? id : [];
  const name = typeof type?.name === "string" ? type.name.replace(/^torch /, "") : "";
  const found = storageTypes.get(name);
  if (kind !== "storage" || !found || typeof key !== "string" || !isCount(count))
    throw fail("the file refers to something that is not a tensor's values");
  const bytes = find(key);
  if (!bytes) throw fail("the values of a tensor are missing from the file", `data/${key}`);
  if (bytes.length !== count * found.bytes) {
    const wanted = `${count} values of ${found.type}`;
    throw fail(`the values of a tensor have ${bytes.length} bytes, not those of ${wanted}`, `data/${key}`);
  }
  return new Storage(name, bytes, count);
}

/**
 * The tensor of `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`.
 *
 * @param {readonly unknown[]} args
 * @param {Fail} fail
 * @returns {TorchTensor}
 */
function tensorOf(args, fail) {
  const [storage, offset, shape, stride] = args;
  if (!(storage instanceof Storage) || !isCount(offset) || !isCounts(shape) || !isCounts(stride))
    throw fail("a tensor in the file is malformed");
  if (shape.length !== stride.length || shape.length > MOST_DIMENSIONS)
    throw fail("a tensor in the file has an impossible shape", shape);
  const count = shape.reduce((product, size) => product * size, 1);
  const last = shape.reduce((sum, size, i) => sum + (size - 1) * (stride[i] ?? 0), offset);
  if (count > storage.count || (count > 0 && !(last < storage.count)))
    throw fail("a tensor in the file has more values than are stored; save it with .contiguous()", shape);
  return new TorchTensor({ bytes: storage.bytes, storage: storage.name, offset, shape, stride });
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isCount(value) {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/**
 * @param {unknown} value
 * @returns {value is readonly number[]}
 */
function isCounts(value) {
  return Array.isArray(value) && value.every(isCount);
}
