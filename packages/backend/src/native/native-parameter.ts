/** A trainable tensor on TensorFlow. */

import { type AdamWNumbers, adamWNumbers } from "../adamw.ts";
import type { AdamWStep, Parameter, ParameterState, Tensor } from "../ops.ts";
import type { Constants } from "./constants.ts";

/** However value and moments are kept. A freed parameter refuses everything. */
export abstract class NativeParameter implements Parameter {
  readonly shape: readonly number[];
  #alive = true;

  constructor(shape: readonly number[]) {
    this.shape = shape;
  }

  get value(): Tensor {
    this.#assertAlive();
    return this.lend();
  }

  assign(values: Float32Array): void {
    this.#assertAlive();
    this.assignValue(values);
  }

  read(): ParameterState {
    this.#assertAlive();
    return this.readState();
  }

  /** One update by a gradient's id. */
  adamW(gradient: number, step: AdamWStep, constants: Constants): void {
    this.#assertAlive();
    this.update(gradient, adamWNumbers(step), constants);
  }

  destroy(): void {
    this.#assertAlive();
    this.#alive = false;
    this.free();
  }

  protected abstract lend(): Tensor;
  protected abstract assignValue(values: Float32Array): void;
  protected abstract readState(): ParameterState;
  protected abstract update(gradient: number, numbers: AdamWNumbers, constants: Constants): void;
  protected abstract free(): void;

  #assertAlive(): void {
    if (!this.#alive) throw new Error(`this parameter [${this.shape}] was freed`);
  }
}
