/** A trainable tensor on TensorFlow. */

import { type AdamWNumbers, adamWNumbers } from "../adamw.ts";
import type { AdamWStep, Parameter, ParameterState, Tensor } from "../ops.ts";
import type { Constants } from "./constants.ts";

/** The common part of all native parameters, however they store value and moments. A freed parameter refuses all use. */
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

  /** One update with a gradient, given by id. */
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
