/** How fast this machine multiplies matrices, which bounds everything else. */
import type { Ops } from "@ft/model";

const SIZE = 1024;
const TRIALS = 7;

/** Floating-point operations a second of a product of two square matrices of 1,024 rows, the best of several trials. */
export function matrixSpeed(ops: Ops): number {
  return ops.scope(() => {
    const matrix = ops.tensor(new Float32Array(SIZE * SIZE).fill(0.5), [SIZE, SIZE]);
    let best = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < TRIALS; trial++) {
      const began = performance.now();
      ops.scope(() => ops.matMul(matrix, matrix));
      best = Math.min(best, performance.now() - began);
    }
    return (2 * SIZE ** 3) / (best / 1000);
  });
}
