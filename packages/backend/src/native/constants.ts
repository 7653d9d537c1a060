/** Small tensors that operations take as arguments (shapes, axes, factors), made once each. */

import type { Binding } from "./binding.ts";

/** More than a training run needs; the bound is for programs that keep using new shapes. */
const LIMIT = 4096;

export class Constants {
  readonly #binding: Binding;
  readonly #floats = new Map<number, number>();
  readonly #scalars = new Map<number, number>();
  readonly #vectors = new Map<string, number>();
  readonly #floatVectors = new Map<string, number>();

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  get size(): number {
    return this.#floats.size + this.#scalars.size + this.#vectors.size + this.#floatVectors.size;
  }

  /** The id of a float32 scalar. */
  float(value: number): number {
    return this.#once(this.#floats, value, [], () => Float32Array.of(value));
  }

  /** The id of a float32 vector. */
  floats(values: readonly number[]): number {
    return this.#once(this.#floatVectors, values.join(), [values.length], () => Float32Array.from(values));
  }

  /** The id of an int32 scalar. */
  int(value: number): number {
    return this.#once(this.#scalars, value, [], () => Int32Array.of(value));
  }

  /** The id of an int32 vector. */
  ints(values: readonly number[]): number {
    return this.#once(this.#vectors, values.join(), [values.length], () => Int32Array.from(values));
  }

  /** Frees all constants once there are too many; call it when no id is in use. */
  trim(): void {
    if (this.size <= LIMIT) return;
    for (const ids of [this.#floats, this.#scalars, this.#vectors, this.#floatVectors]) {
      for (const id of ids.values()) this.#binding.deleteTensor(id);
      ids.clear();
    }
  }

  #once<Key>(
    ids: Map<Key, number>,
    key: Key,
    shape: readonly number[],
    make: () => Float32Array | Int32Array,
  ): number {
    let id = ids.get(key);
    if (id === undefined) {
      const values = make();
      const { TF_FLOAT, TF_INT32 } = this.#binding;
      id = this.#binding.createTensor(shape, values instanceof Int32Array ? TF_INT32 : TF_FLOAT, values);
      ids.set(key, id);
    }
    return id;
  }
}
