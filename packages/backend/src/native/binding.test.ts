import { describe, expect, test } from "vitest";
import { type Binding, loadBinding, selfTest } from "./binding.ts";
import { locateBinding } from "./locate-binding.ts";

const { found, looked } = locateBinding();
if (!found)
  console.warn(`the self-test is not tried on a real binding: there is none (${looked.join("; ")})`);

/** A binding whose matrix products are off by one. */
function brokenBinding(log: number[]): Binding {
  let ids = 0;
  return {
    createTensor: () => ids++,
    deleteTensor: (id: number) => log.push(id),
    tensorDataSync: () => Float32Array.of(5, 11, 11, 26),
    executeOp: () => [{ id: ids++, shape: [2, 2], dtype: 1 }],
  } as unknown as Binding;
}

describe("the self-test", () => {
  test("names the operation that gives a wrong answer, and frees its tensors", () => {
    const freed: number[] = [];
    expect(() => selfTest(brokenBinding(freed))).toThrow(
      /MatMul gave \[5,11,11,26\].* instead of \[5,11,11,25\]/,
    );
    expect(freed).toEqual([0, 1]);
  });

  test.runIf(found)("passes on a working binding, again and again, and leaves no tensors", () => {
    const binding = loadBinding(found!.path);
    const before = binding.getNumOfTensors();
    selfTest(binding);
    selfTest(binding);
    expect(binding.getNumOfTensors()).toBe(before);
  });
});
