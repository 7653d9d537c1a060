import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Ops, Tensor } from "./ops.ts";
import { expectAllClose, type Tolerance } from "./testing/all-close.ts";
import { testBackends } from "./testing/backends.ts";
import { expectOnlyResult } from "./testing/expect-result.ts";
import { broadcastPairs, CASES, shapes, tensors } from "./testing/random.ts";
import * as reference from "./testing/reference.ts";
import { build, get, map, type Reference, zip } from "./testing/reference.ts";

/** Some ten roundings of float32 for sums of a few hundred terms. */
const ROUNDING: Tolerance = { relative: 1e-6 };
/** One rounding of values close to 0: e^x, x - y. */
const CLOSE_TO_ZERO: Tolerance = { relative: 1e-6, absolute: 1e-6 };

describe.each(testBackends)("$name", (backend) => {
  let ops: Ops;
  beforeAll(async () => {
    ops = await backend.open();
  });

  const upload = (t: Reference): Tensor => ops.tensor(Float32Array.from(t.data), t.shape);
  const indices = (values: readonly number[]): Tensor => ops.tensor(Int32Array.from(values), [values.length]);

  const expectResult = (
    operands: readonly Reference[],
    run: (...tensors: Tensor[]) => Tensor,
    expected: Reference,
    tolerance: Tolerance = ROUNDING,
  ): void => expectOnlyResult(ops, operands, run, expected, tolerance);

  describe("moves elements without touching them", () => {
    test("to and from the host, floats and ints, copying", () => {
      ops.scope(() => {
        const floats = Float32Array.from({ length: 64 }, (_, i) => i / 3);
        const t = ops.tensor(floats, [4, 16]);
        const expected = floats.slice();
        floats.fill(0);
        (ops.read(t) as Float32Array).fill(0);
        expect(ops.read(t)).toEqual(expected);
        const ints = indices([3, -1, 2 ** 31 - 1]);
        expect(ints.dtype).toBe("int32");
        expect(ops.read(ints)).toEqual(Int32Array.of(3, -1, 2 ** 31 - 1));
        expect(() => ops.tensor(floats, [5, 16])).toThrow();
      });
    });

    test("reshape", () => {
      const t = build([2, 3, 4], ([i, j, k]) => 100 * i! + 10 * j! + k!);
      expectResult([t], (x) => ops.reshape(x!, [6, 4]), { shape: [6, 4], data: t.data });
      expectResult([t], (x) => ops.reshape(x!, [2, -1]), { shape: [2, 12], data: t.data });
    });

    test("transpose by any permutation", () => {
      const cases = shapes({ minLength: 2, maxLength: 4 }).chain((shape) =>
        fc.tuple(tensors(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
      );
      fc.assert(
        fc.property(cases, ([t, permutation]) => {
          const expected = build(
            permutation.map((d) => t.shape[d]!),
            (index) =>
              get(
                t,
                t.shape.map((_, d) => index[permutation.indexOf(d)]!),
              ),
          );
          expectResult([t], (x) => ops.transpose(x!, permutation), expected);
        }),
        CASES,
      );
    });

    test("concat and slice, which undoes it", () => {
      const cases = shapes({ minLength: 1, maxLength: 4 }).chain((shape) =>
        fc.nat(shape.length - 1).chain((axis) => {
          const other = shape.with(axis, shape[axis]! + 2);
          return fc.tuple(fc.constant(axis), tensors(shape), tensors(other), tensors(shape));
        }),
      );
      fc.assert(
        fc.property(cases, ([axis, ...parts]) => {
          ops.scope(() => {
            const joined = ops.concat(parts.map(upload), axis);
            let start = 0;
            for (const part of parts) {
              const begin = part.shape.map((_, d) => (d === axis ? start : 0));
              const cut = ops.slice(
                joined,
                begin,
                part.shape.map((size, d) => (d === axis ? size : -1)),
              );
              expect(cut.shape).toEqual(part.shape);
              expectAllClose(ops.read(cut), part.data, { relative: 0 });
              start += part.shape[axis]!;
            }
            expect(joined.shape[axis]).toBe(start);
          });
        }),
        CASES,
      );
      ops.scope(() =>
        expect(ops.read(ops.concat([indices([1, 2]), indices([3])], 0))).toEqual(Int32Array.of(1, 2, 3)),
      );
      ops.scope(() => expect(ops.read(ops.concat([indices([1, 2])], 0))).toEqual(Int32Array.of(1, 2)));
    });

    test("gather and segmentSum, each the transpose of the other", () => {
      const cases = shapes({ minLength: 1, maxLength: 3 }).chain((shape) =>
        fc
          .array(fc.nat(shape[0]! - 1), { minLength: 1, maxLength: 7 })
          .chain((rows) =>
            fc.tuple(fc.constant(rows), tensors(shape), tensors([rows.length, ...shape.slice(1)])),
          ),
      );
      fc.assert(
        fc.property(cases, ([rows, table, picked]) => {
          ops.scope(() => {
            const at = indices(rows);
            const gathered = build(picked.shape, ([i, ...rest]) => get(table, [rows[i!]!, ...rest]));
            expectResult([table], (t) => ops.gather(t!, at), gathered);
            const summed = build(table.shape, ([segment, ...rest]) =>
              rows.reduce((total, row, i) => total + (row === segment ? get(picked, [i, ...rest]) : 0), 0),
            );
            expectResult([picked], (t) => ops.segmentSum(t!, at, table.shape[0]!), summed, CLOSE_TO_ZERO);
          });
        }),
        CASES,
      );
    });
  });

  test("adds chosen rows of several matrices to a base, each any number of times, in some, all or no results", () => {
    // Widths around those of the native kernel's registers and blocks.
    const width = fc.constantFrom(1, 7, 64, 65, 1024, 2200);
    const cases = fc
      .tuple(width, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }))
      .chain(([columns, heights]) =>
        fc.tuple(
          tensors([columns]),
          fc.tuple(...heights.map((rows) => tensors([rows, columns]))),
          fc.array(fc.array(fc.nat(heights.reduce((sum, rows) => sum + rows) - 1), { maxLength: 6 }), {
            minLength: 1,
            maxLength: 5,
          }),
        ),
      );
    fc.assert(
      fc.property(cases, ([base, matrices, chosen]) => {
        const rows = matrices.flatMap(({ shape, data }) =>
          Array.from({ length: shape[0]! }, (_, i) => data.subarray(i * shape[1]!, (i + 1) * shape[1]!)),
        );
        const expected = build([chosen.length, base.shape[0]!], ([i, j]) =>
          chosen[i!]!.reduce((sum, row) => sum + rows[row]![j!]!, base.data[j!]!),
        );
        expectResult([base, ...matrices], (b, ...of) => ops.addRows(b!, of, chosen), expected, CLOSE_TO_ZERO);
      }),
      { ...CASES, numRuns: 40 },
    );
    ops.scope(() => {
      const [base, rows] = [upload(build([3], () => 1)), upload(build([2, 3], () => 1))];
      expect(() => ops.addRows(base, [rows], [[0], [2]])).toThrow("row 2 of 2");
      expect(() => ops.addRows(base, [rows], [[-1]])).toThrow("row -1 of 2");
      expect(() => ops.addRows(rows, [rows], [[0]])).toThrow("rows of 3 to [2,3]");
    });
  });

  describe("computes elementwise", () => {
    test.each([
      ["add", (a: number, b: number) => a + b],
      ["subtract", (a: number, b: number) => a - b],
      ["multiply", (a: number, b: number) => a * b],
    ] as const)("%s, broadcasting", (name, f) => {
      const cases = broadcastPairs().chain(([a, b]) => fc.tuple(tensors(a), tensors(b)));
      fc.assert(
        fc.property(cases, ([a, b]) => expectResult([a, b], (x, y) => ops[name](x!, y!), zip(a, b, f))),
        CASES,
      );
    });

    const x = build([5, 401], ([i, j]) => Math.fround((j! - 200) / 25 + i! / 100));

    test("scale, square, exp", () => {
      expectResult(
        [x],
        (t) => ops.scale(t!, -0.3),
        map(x, (v) => v * Math.fround(-0.3)),
      );
      expectResult(
        [x],
        (t) => ops.square(t!),
        map(x, (v) => v * v),
      );
      expectResult([x], (t) => ops.exp(t!), map(x, Math.exp));
    });

    test("products with the last dimension's factors, plus addends", () => {
      const cases = shapes({ minLength: 1, maxLength: 3 }).chain((shape) =>
        fc.tuple(tensors(shape), tensors(shape.slice(-1)), tensors(shape.slice(-1)), tensors(shape)),
      );
      fc.assert(
        fc.property(cases, ([x, factor, row, all]) => {
          for (const addend of [row, all])
            expectResult(
              [x, factor, addend],
              (...[a, b, c]) => ops.multiplyAdd(a!, b!, c!),
              zip(
                zip(x, factor, (a, b) => a * b),
                addend,
                (a, b) => a + b,
              ),
              CLOSE_TO_ZERO,
            );
        }),
        CASES,
      );
      ops.scope(() => {
        const x = ops.tensor(new Float32Array(6), [2, 3]);
        const row = (n: number) => ops.tensor(new Float32Array(n), [n]);
        expect(() => ops.multiplyAdd(x, row(2), row(3))).toThrow("cannot multiply [2,3] by [2]");
        expect(() => ops.multiplyAdd(x, row(3), row(2))).toThrow("add [2]");
        expect(() => ops.multiplyAdd(x, row(3), ops.reshape(x, [3, 2]))).toThrow("add [3,2]");
      });
    });

    test("rsqrt", () => {
      const variance = map(x, (v) => Math.fround(v * v));
      expectResult(
        [variance],
        (t) => ops.rsqrt(t!, 1e-5),
        map(variance, (v) => 1 / Math.sqrt(v + 1e-5)),
      );
    });

    // The error function of wasm is an approximation within 1.5e-7 (Abramowitz and Stegun 7.1.26), times |x| <= 8.
    test("the exact GELU and its gradient", () => {
      const gelu = map(x, (v) => v * reference.normalCdf(v));
      expectResult([x], (t) => ops.gelu(t!), gelu, CLOSE_TO_ZERO);
      const dy = map(x, (v) => Math.fround(Math.sin(3 * v)));
      const slope = map(x, (v) => reference.normalCdf(v) + v * reference.normalDensity(v));
      const gradient = zip(dy, slope, (a, b) => a * b);
      expectResult([x, dy], (t, g) => ops.geluGradient(t!, g!), gradient, CLOSE_TO_ZERO);
    });

    test("sigmoid", () => {
      expectResult(
        [x],
        (t) => ops.sigmoid(t!),
        map(x, (v) => 1 / (1 + Math.exp(-v))),
      );
    });

    test("ReLU and its gradient, which is 0 at 0", () => {
      const around = { shape: [5], data: Float64Array.of(-2, -0, 0, Math.fround(1e-30), 3) };
      for (const t of [x, around]) {
        expectResult(
          [t],
          (v) => ops.relu(v!),
          map(t, (v) => Math.max(v, 0)),
        );
        const dy = map(t, (v) => Math.fround(Math.cos(v) + 2));
        const gradient = zip(dy, t, (d, v) => (v > 0 ? d : 0));
        expectResult([t, dy], (v, d) => ops.reluGradient(v!, d!), gradient);
      }
    });
  });

  describe("reduces", () => {
    test.each(["sum", "mean"] as const)("%s over any axes", (name) => {
      const cases = shapes({ minLength: 1, maxLength: 4 }).chain((shape) =>
        fc.tuple(
          tensors(shape),
          fc.subarray([...shape.keys()], { minLength: 1 }),
          fc.boolean(),
          fc.boolean(),
        ),
      );
      fc.assert(
        fc.property(cases, ([t, axes, keepDims, negative]) => {
          const total = reference.sum(t, axes, keepDims);
          const count = name === "sum" ? 1 : axes.reduce((n, axis) => n * t.shape[axis]!, 1);
          const given = negative ? axes.map((axis) => axis - t.shape.length) : axes;
          const run = (input?: Tensor) => ops[name](input!, given, keepDims);
          expectResult(
            [t],
            run,
            map(total, (v) => v / count),
            CLOSE_TO_ZERO,
          );
        }),
        CASES,
      );
    });

    test("several tensors to their norm as one vector", () => {
      const [a, b] = [build([70, 90], ([i, j]) => Math.fround(Math.sin(i! * 90 + j!))), build([3], () => 2)];
      const [total] = reference.sum(
        zip(a, a, (x, y) => x * y),
        [0, 1],
        false,
      ).data;
      const expected: Reference = { shape: [], data: Float64Array.of(Math.sqrt(total! + 12)) };
      expectResult([a, b], (...tensors) => ops.norm(tensors), expected);
    });

    test("argMax to the first of the largest", () => {
      ops.scope(() => {
        const t = ops.argMax(ops.tensor(Float32Array.of(1, 3, 3, -1, -2, -1), [2, 3]));
        expect(t).toMatchObject({ shape: [2], dtype: "int32" });
        expect(ops.read(t)).toEqual(Int32Array.of(1, 0));
      });
    });
  });
});
