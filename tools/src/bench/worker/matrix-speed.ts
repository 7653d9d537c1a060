/** How fast this machine multiplies matrices, which bounds everything else. */
import type { Ops } from "@ft/backend";

/** Rows, inner and columns: a square product, and a tall one as of many tokens with a weight matrix. */
const SIZES = [
  [1_024, 1_024, 1_024],
  [4_096, 512, 1_024],
] as const;
const TRIALS = 5;

/** Floating-point operations a second of CPU time: the best of several products of two large matrices, square and tall. */
export function matrixSpeed(ops: Ops): number {
  return Math.max(...SIZES.map(([rows, inner, columns]) => speedOf(ops, rows, inner, columns)));
}

function speedOf(ops: Ops, rows: number, inner: number, columns: number): number {
  return ops.scope(() => {
    const a = ops.tensor(new Float32Array(rows * inner).fill(0.5), [rows, inner]);
    const b = ops.tensor(new Float32Array(inner * columns).fill(0.5), [inner, columns]);
    let least = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < TRIALS; trial++) {
      const began = process.cpuUsage();
      ops.scope(() => ops.matMul(a, b));
      const { user, system } = process.cpuUsage(began);
      least = Math.min(least, user + system);
    }
    return (2 * rows * inner * columns) / (least / 1e6);
  });
}
