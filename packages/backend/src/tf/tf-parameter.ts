/** A trainable tensor as three tensors of tensorflow.js, replaced at every update. */

import { adamWNumbers } from "../adamw.ts";
import type { Memory, OwnedTensor } from "../memory.ts";
import type { AdamWStep, Parameter, ParameterState } from "../ops.ts";
import type { TfCore, TfTensor } from "./tf-core.ts";

export class TfParameter implements Parameter {
  readonly shape: readonly number[];
  readonly #memory: Memory<TfTensor>;
  #value: OwnedTensor<TfTensor>;
  #firstMoment: TfTensor;
  #secondMoment: TfTensor;

  constructor(tf: TfCore, memory: Memory<TfTensor>, shape: readonly number[], state: ParameterState) {
    const tensor = (values: Float32Array) => tf.tensor(values.slice(), [...shape], "float32");
    this.shape = shape;
    this.#memory = memory;
    this.#value = memory.lend(tensor(state.value), shape);
    this.#firstMoment = tensor(state.firstMoment);
    this.#secondMoment = tensor(state.secondMoment);
  }

  get value(): OwnedTensor<TfTensor> {
    this.assertAlive();
    return this.#value;
  }

  assign(tf: TfCore, values: Float32Array): void {
    this.#replaceValue(tf.tensor(values.slice(), [...this.shape], "float32"));
  }

  read(): ParameterState {
    const read = (t: TfTensor) => (t.dataSync() as Float32Array).slice();
    return {
      value: read(this.#memory.handle(this.value)),
      firstMoment: read(this.#firstMoment),
      secondMoment: read(this.#secondMoment),
    };
  }

  adamW(tf: TfCore, gradient: TfTensor, step: AdamWStep): void {
    const { beta1, beta2, decay, rate, epsilon } = adamWNumbers(step);
    const [value, first, second] = tf.tidy(() => {
      const m = tf.add(tf.mul(this.#firstMoment, beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(this.#secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const change = tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon));
      const old = this.#memory.handle(this.#value);
      return [tf.sub(decay === 1 ? old : tf.mul(old, decay), change), m, v];
    });
    this.#replaceValue(value!);
    this.#firstMoment.dispose();
    this.#secondMoment.dispose();
    this.#firstMoment = first!;
    this.#secondMoment = second!;
  }

  /** Gives access to value and moments for an update in place; tensors lent from the value are invalidated. */
  change(body: (value: TfTensor, firstMoment: TfTensor, secondMoment: TfTensor) => void): void {
    const value = this.#memory.handle(this.value);
    body(value, this.#firstMoment, this.#secondMoment);
    this.#value.handle = undefined;
    this.#value = this.#memory.lend(value, this.shape);
  }

  destroy(): void {
    this.assertAlive();
    this.#memory.takeBack(this.#value);
    this.#firstMoment.dispose();
    this.#secondMoment.dispose();
  }

  assertAlive(): void {
    if (this.#value.handle === undefined) throw new Error(`this parameter [${this.shape}] was freed`);
  }

  #replaceValue(next: TfTensor): void {
    this.#memory.takeBack(this.#value);
    this.#value = this.#memory.lend(next, this.shape);
  }
}
