/** Checks what every operation guarantees: its result, and no side effects. */

import { expect } from "vitest";
import type { Ops, Tensor } from "../ops.ts";
import { expectAllClose, type Tolerance } from "./all-close.ts";
import type { Reference } from "./reference.ts";

/** Expects `run` to make one float32 tensor of the operands, to change none of them and to leave no other tensors. */
export function expectOnlyResult(
  ops: Ops,
  operands: readonly Reference[],
  run: (...tensors: Tensor[]) => Tensor,
  expected: Reference,
  tolerance: Tolerance,
): void {
  ops.scope(() => {
    const inputs = operands.map(({ data, shape }) => ops.tensor(Float32Array.from(data), shape));
    const before = ops.liveTensors;
    const result = run(...inputs);
    expect(ops.liveTensors).toBe(before + 1);
    expect(result.dtype).toBe("float32");
    expect(result.shape).toEqual(expected.shape);
    expectAllClose(ops.read(result), expected.data, tolerance);
    for (const [i, input] of inputs.entries())
      expectAllClose(ops.read(input), operands[i]!.data, { relative: 0 });
  });
}
