/** The memory that tensorflow.js's WebAssembly backend keeps its tensors in. */

import type { Tensor } from "../ops.ts";
import type { TfCore, TfTensor } from "../tf/tf-core.ts";
import type { Address } from "./kernels.ts";

type DataId = TfTensor["dataId"];

/** The part of the package's BackendWasm that is used here. */
export interface WasmBackend {
  wasm: {
    HEAPU8: Uint8Array;
    asm: { memory: object };
    _malloc(bytes: number): Address;
    _free(address: Address): void;
  };
  dataIdMap: { get(id: DataId): { memoryOffset: Address } };
  incRef(id: DataId): void;
  refCount(id: DataId): number;
  makeOutput(
    shape: number[],
    dtype: "float32" | "int32",
    address: null,
    values?: Float32Array | Int32Array,
  ): { dataId: DataId; shape: number[]; dtype: "float32" | "int32" };
}

/** Finds and makes tensors in the backend's memory. */
export class Heap {
  readonly #engine: ReturnType<TfCore["engine"]>;
  readonly #backend: WasmBackend;
  #scratch: Address = 0;
  #scratchBytes = 0;

  constructor(tf: TfCore, backend: WasmBackend) {
    this.#engine = tf.engine();
    this.#backend = backend;
  }

  /** Where a tensor's elements are, until it is freed. */
  addressOf(t: TfTensor): Address {
    return this.#backend.dataIdMap.get(t.dataId).memoryOffset;
  }

  /** A tensor with a copy of these values, or with uninitialised elements. */
  make(shape: readonly number[], dtype: Tensor["dtype"], values?: Float32Array | Int32Array): TfTensor {
    const info = this.#backend.makeOutput([...shape], dtype, null, values);
    return this.#engine.makeTensorFromTensorInfo(info, this.#backend as never);
  }

  /** A copy of a tensor's elements. */
  read(t: TfTensor, dtype: Tensor["dtype"]): Float32Array | Int32Array {
    const from = this.addressOf(t);
    const { buffer } = this.#backend.wasm.HEAPU8.slice(from, from + 4 * t.size);
    return dtype === "int32" ? new Int32Array(buffer) : new Float32Array(buffer);
  }

  /** The same elements in another shape. */
  view(t: TfTensor, shape: readonly number[]): TfTensor {
    this.#backend.incRef(t.dataId);
    const info = { dataId: t.dataId, shape: [...shape], dtype: t.dtype };
    return this.#engine.makeTensorFromTensorInfo(info, this.#backend as never);
  }

  /** Whether several tensors share these elements. */
  isShared(t: TfTensor): boolean {
    return this.#backend.refCount(t.dataId) > 1;
  }

  /** Scratch memory for a kernel, valid until the next call. */
  scratch(bytes: number): Address {
    if (bytes > this.#scratchBytes) {
      const { wasm } = this.#backend;
      wasm._free(this.#scratch);
      this.#scratch = wasm._malloc(bytes);
      this.#scratchBytes = bytes;
    }
    return this.#scratch;
  }
}
