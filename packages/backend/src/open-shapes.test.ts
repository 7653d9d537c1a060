import { beforeEach, describe, expect, test } from "vitest";
import { openShapes, type ShapeWork } from "./open-shapes.ts";
import type { Ops, Tensor } from "./ops.ts";

/** Bytes of a float32. */
const FLOAT = 4;

let ops: Ops;
let work: ShapeWork;
beforeEach(() => {
  ({ ops, work } = openShapes());
});

const floats = (...shape: number[]): Tensor => ops.tensor(new Float32Array(0), shape);

describe("bytes", () => {
  test("are those of the tensors that are alive, and the most there were at once", () => {
    const kept = ops.scope(() => {
      const a = floats(10, 20);
      const b = floats(20, 30);
      return ops.matMul(a, b);
    });
    expect(kept.shape).toEqual([10, 30]);
    expect(work.heldBytes).toBe(300 * FLOAT);
    expect(work.peakBytes).toBe((200 + 600 + 300) * FLOAT);
    work.restart();
    expect(work.peakBytes).toBe(300 * FLOAT);
    ops.dispose(kept);
    expect(work.heldBytes).toBe(0);
  });

  test("of intermediate results count while these live", () => {
    const [a, b] = [floats(100, 100), floats(100, 100)];
    work.restart();
    ops.matMul(a, b, false, false, 2);
    expect(work.heldBytes).toBe(3 * 10_000 * FLOAT);
    expect(work.peakBytes).toBe(4 * 10_000 * FLOAT);
  });

  test("are shared with what is reshaped or is some of the rows, until the last of them is freed", () => {
    const t = floats(6, 10);
    const flat = ops.reshape(t, [3, -1]);
    const rows = ops.slice(t, [2, 0], [-1, -1]);
    const columns = ops.slice(t, [0, 5], [-1, -1]);
    expect([flat.shape, rows.shape, columns.shape]).toEqual([
      [3, 20],
      [4, 10],
      [6, 5],
    ]);
    expect(work.heldBytes).toBe((60 + 30) * FLOAT);
    ops.dispose(t, columns);
    expect(work.heldBytes).toBe(60 * FLOAT);
    ops.dispose(flat, rows);
    expect(work.heldBytes).toBe(0);
  });

  test("of a parameter are those of its value and two moments", () => {
    const p = ops.parameter(new Float32Array(0), [5, 5]);
    expect(work.heldBytes).toBe(3 * 25 * FLOAT);
    ops.adamW(p, floats(5, 5), { learningRate: 1, step: 1 });
    ops.disposeParameter(p);
    expect(work.heldBytes).toBe(25 * FLOAT);
  });
});

test("arithmetic is that of a backend", () => {
  ops.matMul(floats(2, 3), floats(3, 5));
  expect(work.flops).toBe(2 * 2 * 3 * 5);
  work.restart();
  ops.add(floats(2, 1, 5), floats(4, 1));
  expect(work.flops).toBe(2 * 4 * 5);
});

test("shapes that do not go together are refused, as are tensors that were freed", () => {
  const t = floats(2, 3);
  expect(() => ops.add(t, floats(2, 2))).toThrow("cannot combine [2,3] with [2,2]");
  expect(() => ops.matMul(t, t)).toThrow("cannot multiply");
  expect(() => ops.reshape(t, [4])).toThrow("cannot reshape [2,3] to [4]");
  expect(() => ops.slice(t, [1, 0], [2, -1])).toThrow("cannot slice");
  ops.dispose(t);
  expect(() => ops.exp(t)).toThrow("was freed");
});
