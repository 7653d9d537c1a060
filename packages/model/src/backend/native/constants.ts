/** Small tensors that operations take as arguments (shapes, axes, factors), made once each. */

import type { Binding } from "./binding.ts";

/** More than a training run needs; the bound is for programs that meet ever new shapes. */
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
    let id = this.#floats.get(value);
    if (id === undefined) {
      id = this.#binding.createTensor([], this.#binding.TF_FLOAT, new Float32Array([value]));
      this.#floats.set(value, id);
    }
    return id;
  }

  /** The id of a float32 vector. */
  floats(values: readonly number[]): number {
    const key = values.join();
    let id = this.#floatVectors.get(key);
    if (id === undefined) {
      id = this.#binding.createTensor([values.length], this.#binding.TF_FLOAT, Float32Array.from(values));
      this.#floatVectors.set(key, id);
    }
    return id;
  }

  /** The id of an int32 scalar. */
  int(value: number): number {
    let id = this.#scalars.get(value);
    if (id === undefined) {
      id = this.#binding.createTensor([], this.#binding.TF_INT32, new Int32Array([value]));
      this.#scalars.set(value, id);
    }
    return id;
  }

  /** The id of an int32 vector. */
  ints(values: readonly number[]): number {
    const key = values.join();
    let id = this.#vectors.get(key);
    if (id === undefined) {
      id = this.#binding.createTensor([values.length], this.#binding.TF_INT32, Int32Array.from(values));
      this.#vectors.set(key, id);
    }
    return id;
  }

  /** Forgets everything once there is too much; to be called when no id is in use. */
  trim(): void {
    if (this.size <= LIMIT) return;
    for (const ids of [this.#floats, this.#scalars, this.#vectors, this.#floatVectors]) {
      for (const id of ids.values()) this.#binding.deleteTensor(id);
      ids.clear();
    }
  }
}
