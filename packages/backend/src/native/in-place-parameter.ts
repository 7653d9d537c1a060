/** A trainable tensor as three tensors that a custom kernel updates in place. */

import type { AdamWNumbers } from "../adamw.ts";
import type { Memory, OwnedTensor } from "../memory.ts";
import type { ParameterState, Tensor } from "../ops.ts";
import type { Binding } from "./binding.ts";
import type { Constants } from "./constants.ts";
import { NativeParameter } from "./native-parameter.ts";

export class InPlaceParameter extends NativeParameter {
  readonly #binding: Binding;
  readonly #memory: Memory<number>;
  readonly #firstMoment: number;
  readonly #secondMoment: number;
  readonly #isShared: (value: Tensor) => boolean;
  #value: OwnedTensor<number>;

  /**
   * @param state its arrays become the tensors' memory
   * @param isShared whether another tensor may share this value's memory: an update then leaves the memory to that tensor
   */
  constructor(
    binding: Binding,
    memory: Memory<number>,
    shape: readonly number[],
    state: ParameterState,
    isShared: (value: Tensor) => boolean,
  ) {
    super(shape);
    this.#binding = binding;
    this.#memory = memory;
    this.#isShared = isShared;
    this.#value = this.#lend(state.value);
    this.#firstMoment = this.#tensor(state.firstMoment);
    this.#secondMoment = this.#tensor(state.secondMoment);
  }

  protected lend(): Tensor {
    return this.#value;
  }

  protected assignValue(values: Float32Array): void {
    this.#replace(values.slice());
  }

  protected readState(): ParameterState {
    return {
      value: this.#read(this.#memory.handle(this.#value)),
      firstMoment: this.#read(this.#firstMoment),
      secondMoment: this.#read(this.#secondMoment),
    };
  }

  protected update(gradient: number, numbers: AdamWNumbers, constants: Constants): void {
    const { beta1, beta2, decay, rate, epsilon } = numbers;
    if (this.#isShared(this.#value)) this.#replace(this.#read(this.#memory.handle(this.#value)));
    const value = this.#memory.handle(this.#value);
    const scalars = constants.floats([beta1, beta2, decay, rate, epsilon]);
    const inputs = [value, this.#firstMoment, this.#secondMoment, gradient, scalars];
    this.#binding.executeOp("FtAdamW", [], inputs, 0);
    this.#value.handle = undefined;
    this.#value = this.#memory.lend(value, this.shape);
  }

  protected free(): void {
    this.#memory.takeBack(this.#value);
    for (const id of [this.#firstMoment, this.#secondMoment]) this.#binding.deleteTensor(id);
  }

  #read(id: number): Float32Array {
    return this.#binding.tensorDataSync(id) as Float32Array;
  }

  #replace(values: Float32Array): void {
    const value = this.#lend(values);
    this.#memory.takeBack(this.#value);
    this.#value = value;
  }

  #lend(values: Float32Array): OwnedTensor<number> {
    return this.#memory.lend(this.#tensor(values), this.shape);
  }

  #tensor(values: Float32Array): number {
    return this.#binding.createTensor(this.shape, this.#binding.TF_FLOAT, values);
  }
}
