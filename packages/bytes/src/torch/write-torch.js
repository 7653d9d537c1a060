import { writeZip } from "./zip.js";

/**
 * A tensor to write, its last dimension fastest: float32, float64 or, of bytes, bool.
 *
 * @typedef {{ shape: readonly number[], data: Float32Array | Float64Array | Uint8Array }} TensorToWrite
 */
/**
 * @typedef {string | number | boolean | null | TensorToWrite | readonly Writable[] | ReadonlyMap<string, Writable>} Writable
 */

const ascii = (/** @type {string} */ text) => Buffer.from(text, "latin1");

/**
 * The bytes of a file that `torch.load(file, weights_only=True)` reads: a dict of texts, numbers, booleans, None, lists, dicts
 * (as maps) and tensors. Whole numbers become Python's int, others float. The same value gives the same bytes.
 *
 * @param {ReadonlyMap<string, Writable>} dict
 * @returns {Buffer}
 */
export function torchBytes(dict) {
  /** @type {Uint8Array[]} */
  const pickle = [Buffer.of(0x80, 2)];
  /** @type {[string, Uint8Array][]} */
  const storages = [];
  const write = (/** @type {Writable} */ value) => {
    if (value === null) pickle.push(ascii("N"));
    else if (typeof value === "boolean") pickle.push(Buffer.of(value ? 0x88 : 0x89));
    else if (typeof value === "number") pickle.push(numberBytes(value));
    else if (typeof value === "string") pickle.push(textBytes(value));
    else if (value instanceof Map) {
      pickle.push(ascii("}("));
      for (const [key, item] of value) {
        write(key);
        write(item);
      }
      pickle.push(ascii("u"));
    } else if (Array.isArray(value)) {
      pickle.push(ascii("]("));
      for (const item of value) write(item);
      pickle.push(ascii("e"));
    } else tensor(/** @type {TensorToWrite} */ (value));
  };
  const tensor = (/** @type {TensorToWrite} */ { shape, data }) => {
    const key = `${storages.length}`;
    storages.push([`data/${key}`, littleEndian(data)]);
    const stride = shape.map((_, i) => shape.slice(i + 1).reduce((product, size) => product * size, 1));
    pickle.push(ascii("ctorch._utils\n_rebuild_tensor_v2\n(("));
    write("storage");
    pickle.push(ascii(`ctorch\n${storageName(data)}\n`));
    for (const part of [key, "cpu", data.length]) write(part);
    pickle.push(ascii("tQ"), numberBytes(0));
    for (const numbers of [shape, stride]) pickle.push(ascii("("), ...numbers.map(numberBytes), ascii("t"));
    pickle.push(Buffer.of(0x89), ascii("ccollections\nOrderedDict\n)RtR"));
  };
  write(dict);
  pickle.push(ascii("."));
  const parts = [["data.pkl", Buffer.concat(pickle)], ["byteorder", ascii("little")], ...storages];
  return writeZip(
    [...parts, ["version", ascii("3\n")]].map(([name, bytes]) => [
      `archive/${name}`,
      /** @type {Uint8Array} */ (bytes),
    ]),
  );
}

/** @param {TensorToWrite["data"]} data */
function storageName(data) {
  if (data instanceof Float32Array) return "FloatStorage";
  return data instanceof Float64Array ? "DoubleStorage" : "BoolStorage";
}

/**
 * @param {TensorToWrite["data"]} data
 * @returns {Uint8Array}
 */
function littleEndian(data) {
  if (data instanceof Uint8Array) return data;
  const size = data.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(data.length * size);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of data.entries())
    if (size === 4) view.setFloat32(4 * i, value, true);
    else view.setFloat64(8 * i, value, true);
  return bytes;
}

/**
 * @param {number} value
 * @returns {Buffer}
 */
function numberBytes(value) {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    const bytes = Buffer.alloc(9, 0x47);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(10, 0x8a);
  bytes[1] = 8;
  bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}

/**
 * @param {string} text
 * @returns {Buffer}
 */
function textBytes(text) {
  const utf8 = Buffer.from(text);
  const head = Buffer.alloc(5, 0x58);
  head.writeUInt32LE(utf8.length, 1);
  return Buffer.concat([head, utf8]);
}
