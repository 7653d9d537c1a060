/** Types of tensors in PyTorch's files, and their values. */

/**
 * @typedef {"float32" | "float64" | "int64" | "int32" | "uint8" | "bool"} TorchType
 */

/**
 * The types by the name of PyTorch's class for their storage: bytes per value, and the reader of one.
 *
 * @type {ReadonlyMap<string, { type: TorchType, bytes: number, read: (view: DataView, at: number) => number }>}
 */
export const storageTypes = new Map([
  ["FloatStorage", { type: "float32", bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  ["DoubleStorage", { type: "float64", bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  ["LongStorage", { type: "int64", bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  ["IntStorage", { type: "int32", bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  ["ByteStorage", { type: "uint8", bytes: 1, read: (view, at) => view.getUint8(at) }],
  ["BoolStorage", { type: "bool", bytes: 1, read: (view, at) => view.getUint8(at) }],
]);

/**
 * A tensor as a view of values in a file. Its place was checked: every value is in the storage, and there are no more of
 * them than the storage has.
 */
export class TorchTensor {
  #bytes;
  #offset;
  #stride;
  #storage;

  /**
   * @param {{ bytes: Uint8Array, storage: string, offset: number, shape: readonly number[], stride: readonly number[] }} parts
   *   `storage`: a name in {@link storageTypes}; `offset` and `stride` in values
   */
  constructor({ bytes, storage, offset, shape, stride }) {
    const found = storageTypes.get(storage);
    if (!found) throw new Error(`There is no storage ${storage}.`);
    this.#bytes = bytes;
    this.#storage = found;
    this.#offset = offset;
    this.#stride = stride;
    /** @readonly */
    this.type = found.type;
    /** @readonly */
    this.shape = shape;
  }

  /** What a message shows: its type and shape, not its values. */
  toJSON() {
    return `a ${this.type} tensor of shape [${this.shape.join(", ")}]`;
  }

  /**
   * Its values, the last dimension fastest, whatever the order in the file; true is 1.
   *
   * @returns {Float64Array}
   */
  read() {
    const { shape } = this;
    const { bytes, read } = this.#storage;
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    const values = new Float64Array(shape.reduce((product, size) => product * size, 1));
    const index = shape.map(() => 0);
    let at = this.#offset;
    for (let i = 0; i < values.length; i++) {
      values[i] = read(view, at * bytes);
      for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
        const [size, step] = [shape[dimension] ?? 1, this.#stride[dimension] ?? 0];
        const next = (index[dimension] ?? 0) + 1;
        at += step;
        index[dimension] = next;
        if (next < size) break;
        at -= size * step;
        index[dimension] = 0;
      }
    }
    return values;
  }
}
