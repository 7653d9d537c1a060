/** Frobenius norms of changes of weights, computed on the host in float64. */
import type { HostTensor } from "../../weights/host-tensor.ts";

/**
 * The norm of B A, which is not formed: |B A|^2 is the sum over i, j of (B^T B)_ij (A A^T)_ij.
 * @param b [out, r]
 * @param a [r, in]
 */
export function productNorm(b: HostTensor, a: HostTensor): number {
  const [outputs, rank] = b.shape as [number, number];
  const [, inputs] = a.shape as [number, number];
  const [left, right] = [b.data, a.data];
  let square = 0;
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j <= i; j++) {
      let [columns, rows] = [0, 0];
      for (let out = 0; out < outputs; out++) columns += left[out * rank + i]! * left[out * rank + j]!;
      for (let k = 0; k < inputs; k++) rows += right[i * inputs + k]! * right[j * inputs + k]!;
      square += (i === j ? 1 : 2) * columns * rows;
    }
  }
  return Math.sqrt(Math.max(0, square)); // rounding may take it below 0
}

/** The norm of the difference of two tensors of one shape. */
export function differenceNorm({ data: one }: HostTensor, { data: other }: HostTensor): number {
  return Math.sqrt(one.reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0));
}
