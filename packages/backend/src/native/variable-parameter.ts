/** A trainable tensor as three TensorFlow resource variables, updated in place by TensorFlow's Adam kernel. */

import type { AdamWNumbers } from "../adamw.ts";
import type { Memory, OwnedTensor } from "../memory.ts";
import type { ParameterState, Tensor } from "../ops.ts";
import type { Attribute, Binding } from "./binding.ts";
import type { Constants } from "./constants.ts";
import { NativeParameter } from "./native-parameter.ts";

/** Variables are found by name within the process, whoever made them. */
let variables = 0;

/** A resource variable. */
class Variable {
  readonly handle: number;
  readonly #binding: Binding;
  readonly #dtype: readonly Attribute[];

  constructor(binding: Binding, shape: readonly number[], values: Float32Array) {
    this.#binding = binding;
    const dtype: Attribute = { name: "dtype", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
    this.#dtype = [dtype];
    const attributes: Attribute[] = [
      dtype,
      { name: "shape", type: binding.TF_ATTR_SHAPE, value: shape },
      { name: "container", type: binding.TF_ATTR_STRING, value: "" },
      { name: "shared_name", type: binding.TF_ATTR_STRING, value: `parameter-${variables++}` },
    ];
    this.handle = binding.executeOp("VarHandleOp", attributes, [], 1)[0]!.id;
    this.assign(shape, values);
  }

  /** Takes ownership of `values`. */
  assign(shape: readonly number[], values: Float32Array): void {
    const id = this.#binding.createTensor(shape, this.#binding.TF_FLOAT, values);
    try {
      this.assignTensor(id);
    } finally {
      this.#binding.deleteTensor(id);
    }
  }

  assignTensor(id: number): void {
    this.#binding.executeOp("AssignVariableOp", this.#dtype, [this.handle, id], 0);
  }

  /** The id of a new tensor that shares the variable's memory; while it lives, an update copies first. */
  readTensor(): number {
    return this.#binding.executeOp("ReadVariableOp", this.#dtype, [this.handle], 1)[0]!.id;
  }

  read(): Float32Array {
    const id = this.readTensor();
    const values = this.#binding.tensorDataSync(id) as Float32Array;
    this.#binding.deleteTensor(id);
    return values;
  }

  destroy(): void {
    this.#binding.executeOp("DestroyResourceOp", [], [this.handle], 0);
    this.#binding.deleteTensor(this.handle);
  }
}

export class VariableParameter extends NativeParameter {
  readonly #variable: Variable;
  readonly #firstMoment: Variable;
  readonly #secondMoment: Variable;
  readonly #binding: Binding;
  readonly #memory: Memory<number>;
  #value: OwnedTensor<number> | undefined;

  constructor(binding: Binding, memory: Memory<number>, shape: readonly number[], state: ParameterState) {
    super(shape);
    this.#binding = binding;
    this.#memory = memory;
    this.#variable = new Variable(binding, shape, state.value);
    this.#firstMoment = new Variable(binding, shape, state.firstMoment);
    this.#secondMoment = new Variable(binding, shape, state.secondMoment);
  }

  protected lend(): Tensor {
    this.#value ??= this.#memory.lend(this.#variable.readTensor(), this.shape);
    return this.#value;
  }

  protected assignValue(values: Float32Array): void {
    this.#takeBack();
    this.#variable.assign(this.shape, values.slice());
  }

  protected readState(): ParameterState {
    return {
      value: this.#variable.read(),
      firstMoment: this.#firstMoment.read(),
      secondMoment: this.#secondMoment.read(),
    };
  }

  /** Beta powers of zero switch off TensorFlow's own bias correction, which is in float32. */
  protected update(gradient: number, numbers: AdamWNumbers, constants: Constants): void {
    const { beta1, beta2, decay, rate, epsilon } = numbers;
    this.#takeBack();
    if (decay !== 1) this.#multiplyBy(constants.float(decay));
    const variables = [this.#variable.handle, this.#firstMoment.handle, this.#secondMoment.handle];
    const scalars = [0, 0, rate, beta1, beta2, epsilon].map((value) => constants.float(value));
    this.#binding.executeOp("ResourceApplyAdam", [], [...variables, ...scalars, gradient], 0);
  }

  protected free(): void {
    this.#takeBack();
    for (const variable of [this.#variable, this.#firstMoment, this.#secondMoment]) variable.destroy();
  }

  #multiplyBy(factor: number): void {
    const value = this.#variable.readTensor();
    const [product] = this.#binding.executeOp("Mul", [], [value, factor], 1);
    this.#variable.assignTensor(product!.id);
    this.#binding.deleteTensor(value);
    this.#binding.deleteTensor(product!.id);
  }

  /** Releases the current value before it changes. */
  #takeBack(): void {
    if (this.#value) this.#memory.takeBack(this.#value);
    this.#value = undefined;
  }
}
