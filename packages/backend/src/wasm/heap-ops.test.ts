import { beforeAll, expect, test } from "vitest";
import { openBackend } from "../open-backend.ts";
import type { Ops } from "../ops.ts";

let ops: Ops;
beforeAll(async () => {
  ops = await openBackend({ backend: "wasm" });
});

const floats = (shape: number[]) =>
  ops.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    shape,
  );

test("tensors keep their contents while the memory grows", () => {
  ops.scope(() => {
    const x = floats([3, 5]);
    const large = Array.from({ length: 8 }, () =>
      ops.scale(ops.tensor(new Float32Array(2 ** 22), [2 ** 22]), 1),
    );
    expect(large).toHaveLength(8);
    expect(ops.read(ops.add(x, x))).toEqual(Float32Array.from({ length: 15 }, (_, i) => 2 * i));
  });
});

test("rows and blocks outside a tensor are refused", () => {
  ops.scope(() => {
    const x = floats([3, 5]);
    expect(() => ops.gather(x, ops.tensor(Int32Array.of(0, 3), [2]))).toThrow("[3,5] has no row 3");
    expect(() => ops.gather(x, ops.tensor(Int32Array.of(-1), [1]))).toThrow("no row -1");
    expect(() => ops.slice(x, [1, 0], [3, 5])).toThrow("no block of [3,5] at [1,0]");
    expect(() => ops.reshape(x, [4, -1])).toThrow("cannot reshape");
    expect(() => ops.concat([x, floats([2, 4])], 0)).toThrow("cannot join");
    expect(() => ops.tensor(new Float32Array(3), [2])).toThrow();
  });
});

test("an operation on a freed tensor leaves no tensors", () => {
  const before = ops.liveTensors;
  ops.scope(() => {
    const x = floats([2, 2]);
    ops.dispose(x);
    expect(() => ops.gelu(x)).toThrow("was freed");
  });
  expect(ops.liveTensors).toBe(before);
});

test("five dimensions that cannot be merged are supported too", () => {
  ops.scope(() => {
    const x = floats([2, 2, 2, 2, 2]);
    const turned = ops.transpose(x, [4, 3, 2, 1, 0]);
    expect([...ops.read(turned)].slice(0, 4)).toEqual([0, 16, 8, 24]);
    const zeros = ops.tensor(new Float32Array(8), [2, 1, 2, 1, 2]);
    expect(ops.read(ops.add(x, zeros))).toEqual(ops.read(x));
  });
});
