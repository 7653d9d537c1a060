import { beforeAll, describe, expect, test } from "vitest";
import { countOps } from "./counting-ops.ts";
import type { Ops } from "./ops.ts";
import { openWasm } from "./tf/open-wasm.ts";

let backend: Ops;
beforeAll(async () => {
  backend = await openWasm();
});

describe("counting", () => {
  test("gives calls and floating-point operations by operation", () => {
    const { ops, counts, total } = countOps(backend);
    ops.scope(() => {
      const a = ops.tensor(new Float32Array(2 * 3 * 4), [2, 3, 4]);
      const b = ops.tensor(new Float32Array(2 * 5 * 4), [2, 5, 4]);
      const c = ops.matMul(a, b, false, true);
      ops.sum(ops.add(c, c), [0]);
      ops.reshape(c, [-1]);
      ops.crossEntropy(ops.tensor(new Float32Array(6), [2, 3]), ops.tensor(new Int32Array(2), [2]));
    });
    expect(Object.fromEntries(counts)).toEqual({
      tensor: { calls: 4, flops: 0 },
      matMul: { calls: 1, flops: 2 * 2 * 3 * 4 * 5 },
      add: { calls: 1, flops: 30 },
      sum: { calls: 1, flops: 30 },
      reshape: { calls: 1, flops: 0 },
      crossEntropy: { calls: 1, flops: 36 },
    });
    expect(total()).toEqual({ calls: 9, flops: 240 + 30 + 30 + 36 });
  });

  test("counts a composite operation once", () => {
    const { ops, counts } = countOps(backend);
    ops.scope(() => void ops.gelu(ops.tensor(new Float32Array(10), [10])));
    expect([...counts.keys()]).toEqual(["tensor", "gelu"]);
    expect(counts.get("gelu")).toMatchObject({ calls: 1, flops: 50 });
  });

  test("starts afresh when reset", () => {
    const { ops, counts, reset } = countOps(backend);
    ops.scope(() => void ops.exp(ops.tensor(new Float32Array(10), [10])));
    reset();
    expect(counts.size).toBe(0);
  });

  test("leaves the backend's behaviour as it is", () => {
    const { ops } = countOps(backend);
    expect(ops.info).toEqual(backend.info);
    const live = backend.liveTensors;
    const p = ops.parameter(Float32Array.of(1), [1]);
    const y = ops.scope(() => ops.scale(p.value, 2));
    expect(ops.liveTensors).toBe(live + 4);
    expect([...ops.read(y)]).toEqual([2]);
    ops.dispose(y);
    expect(() => ops.dispose(y)).toThrow("was freed");
    ops.disposeParameter(p);
    expect(ops.liveTensors).toBe(live);
  });
});
