/** The compiled half of tfjs-node: TensorFlow's eager C API behind ten functions. A private interface of that package. */

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** A tensor that an operation made. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  /** TensorFlow's number of the type: 1 float32, 3 int32, 20 resource. */
  dtype: number;
}

/** An attribute of a TensorFlow operation; `type` is one of the binding's TF_ATTR constants. */
export interface Attribute {
  name: string;
  type: number;
  value: boolean | number | string | readonly number[];
}

/** The part of the binding that is used here. */
export interface Binding {
  /** May share the array's memory for as long as the tensor lives. */
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  /** A copy. */
  tensorDataSync(id: number): Float32Array | Int32Array;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_Version: string;
}

/**
 * Loads a compiled binding, and TensorFlow with it (about a second). The thread count is read from
 * TF_NUM_INTRAOP_THREADS at this moment.
 * @throws what the dynamic linker says, if it does not load
 */
export function loadBinding(path: string): Binding {
  return require(path) as Binding;
}

/**
 * Runs a few operations whose answers are known, a resource variable among them: the binding is a private interface,
 * and a library may load and yet not be the one it was compiled against. Takes a few milliseconds.
 * @throws if an answer is wrong or an operation fails
 */
export function selfTest(binding: Binding): void {
  const made: number[] = [];
  const tensor = (shape: number[], values: number[]): number => {
    const id = binding.createTensor(shape, binding.TF_FLOAT, Float32Array.from(values));
    made.push(id);
    return id;
  };
  const run = (
    name: string,
    attributes: Attribute[],
    inputs: number[],
    outputs: number,
  ): TensorMetadata[] => {
    const results = binding.executeOp(name, attributes, inputs, outputs);
    for (const { id } of results) made.push(id);
    return results;
  };
  const expectValues = (what: string, { id, shape }: TensorMetadata, expected: number[]): void => {
    const values = binding.tensorDataSync(id);
    if (shape.join() !== "2,2" || values.length !== 4 || expected.some((e, i) => e !== values[i]))
      throw new Error(`${what} gave [${values}] of shape [${shape}] instead of [${expected}] of shape [2,2]`);
  };
  const { TF_ATTR_BOOL: bool, TF_ATTR_TYPE: type, TF_ATTR_SHAPE: shape, TF_ATTR_STRING: string } = binding;
  try {
    const a = tensor([2, 2], [1, 2, 3, 4]);
    const transposed = [
      { name: "transpose_a", type: bool, value: false },
      { name: "transpose_b", type: bool, value: true },
    ];
    expectValues("MatMul", run("MatMul", transposed, [a, a], 1)[0]!, [5, 11, 11, 25]);

    const [variable] = run(
      "VarHandleOp",
      [
        { name: "dtype", type, value: binding.TF_FLOAT },
        { name: "shape", type: shape, value: [2, 2] },
        { name: "container", type: string, value: "" },
        { name: "shared_name", type: string, value: "self-test" },
      ],
      [],
      1,
    );
    const float32 = [{ name: "dtype", type, value: binding.TF_FLOAT }];
    run("AssignVariableOp", float32, [variable!.id, a], 0);
    run("AssignAddVariableOp", float32, [variable!.id, a], 0);
    expectValues("ReadVariableOp", run("ReadVariableOp", float32, [variable!.id], 1)[0]!, [2, 4, 6, 8]);
    run("DestroyResourceOp", [], [variable!.id], 0);
  } finally {
    for (const id of made) binding.deleteTensor(id);
  }
}

/** Whether a tensor of these values shares their memory. Changes the values. */
export function sharesMemory(binding: Binding, values: Float32Array): boolean {
  values[0] = 0;
  const id = binding.createTensor([values.length], binding.TF_FLOAT, values);
  values[0] = 1;
  const shared = binding.tensorDataSync(id)[0] === 1;
  binding.deleteTensor(id);
  return shared;
}
