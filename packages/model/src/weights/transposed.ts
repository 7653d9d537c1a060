/** Linears that files hold as [in, out] (Conv1D) and everything else takes as [out, in]. */
import type { TensorSpec } from "../families/index.ts";
import type { HostTensor } from "./host-tensor.ts";

/** A tensor's shape in files. */
export function storedShape({ shape, transposed }: TensorSpec): number[] {
  return transposed ? shape.toReversed() : shape;
}

/** The values of a matrix [rows, columns] as those of its transpose. */
export function transpose({ shape, data }: HostTensor): Float32Array {
  const [rows, columns] = shape as [number, number];
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = data[row * columns + column]!;
  return result;
}

/** A tensor as files hold it; computed on access. */
export function asStored(spec: TensorSpec, tensor: HostTensor): HostTensor {
  if (!spec.transposed) return tensor;
  return {
    shape: storedShape(spec),
    get data() {
      return transpose(tensor);
    },
  };
}
