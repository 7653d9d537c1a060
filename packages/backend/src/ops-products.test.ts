import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Ops, Tensor } from "./ops.ts";
import { expectAllClose, type Tolerance } from "./testing/all-close.ts";
import { testBackends } from "./testing/backends.ts";
import { expectOnlyResult } from "./testing/expect-result.ts";
import { CASES, tensors } from "./testing/random.ts";
import * as reference from "./testing/reference.ts";
import { build, get, map, type Reference, zip } from "./testing/reference.ts";

/** Some ten roundings of float32 where most of a sum of a few hundred terms cancels. */
const CANCELLING: Tolerance = { relative: 3e-6 };

describe.each(testBackends)("$name", (backend) => {
  let ops: Ops;
  beforeAll(async () => {
    ops = await backend.open();
  });

  const expectResult = (
    operands: readonly Reference[],
    run: (...tensors: Tensor[]) => Tensor,
    expected: Reference,
    tolerance: Tolerance,
  ): void => expectOnlyResult(ops, operands, run, expected, tolerance);

  describe("multiplies matrices", () => {
    const sizes = fc.integer({ min: 1, max: 20 });
    const cases = fc
      .tuple(
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
        sizes,
        sizes,
        sizes,
        fc.boolean(),
        fc.boolean(),
      )
      .chain(([batch, m, k, n, transposeA, transposeB]) =>
        fc.tuple(
          tensors([...batch, ...(transposeA ? [k, m] : [m, k])]),
          tensors([...batch, ...(transposeB ? [n, k] : [k, n])]),
          fc.constant(transposeA),
          fc.constant(transposeB),
          fc.constantFrom(1, -0.75),
        ),
      );

    test("of any rank, transposed or not, times a factor or not", () => {
      fc.assert(
        fc.property(cases, ([a, b, transposeA, transposeB, factor]) =>
          expectResult(
            [a, b],
            (x, y) => ops.matMul(x!, y!, transposeA, transposeB, factor),
            map(reference.matMul(a, b, transposeA, transposeB), (v) => factor * v),
            CANCELLING,
          ),
        ),
        CASES,
      );
    });

    test.each([
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ])("in batches of large ones (transposed: %s, %s)", (transposeA, transposeB) => {
      const a = build(transposeA ? [1, 2, 90, 50] : [1, 2, 50, 90], (i) =>
        Math.fround(Math.sin(i[1]! + i[2]! * 7 + i[3]!)),
      );
      const b = build(transposeB ? [1, 2, 60, 90] : [1, 2, 90, 60], (i) =>
        Math.fround(Math.cos(i[1]! + i[2]! * 3 + i[3]!)),
      );
      const expected = reference.matMul(a, b, transposeA, transposeB);
      expectResult([a, b], (x, y) => ops.matMul(x!, y!, transposeA, transposeB), expected, CANCELLING);
    });

    /** Pseudo-random numbers from -1 to 1. */
    const scattered =
      (seed: number) =>
      ([i, j]: number[]) =>
        Math.fround(Math.sin(seed * i! * i! + j! * j! + i! * j!));

    // Only wasm's products are custom.
    const orders = backend.name === "wasm" ? [0, 1, 2, 3] : [];
    test.each(orders.map((bits) => [bits > 1, bits % 2 === 1] as const))(
      "larger than what a cache holds, of many rows or few (transposed: %s, %s)",
      (transposeA, transposeB) => {
        for (const [m, k, n] of [
          [203, 500, 701],
          [150, 1900, 130],
        ] as const) {
          const a = build(transposeA ? [k, m] : [m, k], scattered(37));
          const b = build(transposeB ? [n, k] : [k, n], scattered(41));
          const expected = reference.matMul(a, b, transposeA, transposeB);
          expectResult([a, b], (x, y) => ops.matMul(x!, y!, transposeA, transposeB), expected, CANCELLING);
        }
      },
    );

    test("of no columns by no rows, to zeros", () => {
      const [a, b] = [build([2, 0], () => 0), build([0, 3], () => 0)];
      expectResult(
        [a, b],
        (x, y) => ops.matMul(x!, y!),
        build([2, 3], () => 0),
        CANCELLING,
      );
    });

    test("grouped, with each matrix used any number of times", () => {
      const [count, size, width] = [4, 32, 40];
      const chosen = [2, 0, 2];
      const matrices = build([count * size, width], scattered(38));
      const apart: Reference = { shape: [count, size, width], data: matrices.data };
      const of = (numbers: number[]) =>
        build([numbers.length, size, width], ([i, j, k]) => get(apart, [numbers[i!]!, j!, k!]));
      for (const numbers of [chosen, [3]]) {
        const [x, dy] = [
          build([numbers.length, 9, width], scattered(39)),
          build([numbers.length, 9, size], scattered(40)),
        ];
        const forward = reference.matMul(x, of(numbers), false, true);
        const backward = reference.matMul(dy, of(numbers));
        expectResult([x, apart], (a, b) => ops.matMulGrouped(a!, b!, numbers, true), forward, CANCELLING);
        expectResult([dy, apart], (a, b) => ops.matMulGrouped(a!, b!, numbers), backward, CANCELLING);
      }
      ops.scope(() => {
        const [a, b] = [
          ops.tensor(new Float32Array(6), [2, 1, 3]),
          ops.tensor(new Float32Array(12), [2, 3, 2]),
        ];
        expect(() => ops.matMulGrouped(a, b, [0, 2])).toThrow("matrix 2 of 2");
        expect(() => ops.matMulGrouped(a, b, [0])).toThrow("leading dimensions");
        expect(() => ops.matMulGrouped(a, ops.reshape(b, [6, 2]), [0, 1])).toThrow("not from [6,2]");
      });
    });

    test("joined along the inner dimension", () => {
      const part = (t: Reference, first: number, end: number, byRow: boolean) =>
        byRow
          ? build([end - first, t.shape[1]!], ([i, j]) => get(t, [first + i!, j!]))
          : build([t.shape[0]!, end - first], ([i, j]) => get(t, [i!, first + j!]));
      const a = build([5, 43], scattered(37));
      const bias = build([37], ([j]) => j!);
      const bounds = [0, 1, 30, 43];
      const parts = (t: Reference, byRow: boolean) =>
        bounds.slice(1).map((end, i) => part(t, bounds[i]!, end, byRow));
      for (const transposed of [false, true]) {
        const b = build(transposed ? [37, 43] : [43, 37], scattered(41));
        const product = reference.matMul(a, b, false, transposed);
        const right = parts(b, !transposed);
        const left = parts(a, false);
        const joined = (tensors: Tensor[], bias?: Tensor) =>
          ops.matMulJoined(tensors.slice(0, 3), tensors.slice(3, 6), transposed, bias);
        expectResult([...left, ...right], (...of) => joined(of), product, CANCELLING);
        expectResult(
          [...left, ...right, bias],
          (...of) => joined(of, of[6]),
          zip(product, bias, (x, y) => x + y),
          CANCELLING,
        );
      }
    });

    const joinable: [m: number, k: number, n: number][] = [
      [3, 5, 7],
      [5, 1, 40],
      [210, 530, 352],
    ];
    test.each(backend.name === "wasm" ? joinable : joinable.slice(0, 2))(
      "alone or joined with others: %i rows, %i by %i",
      (m, k, n) => {
        const rank = 3;
        const [a, low] = [build([m, k], scattered(37)), build([m, rank], scattered(43))];
        const bias = build([n], ([j]) => j!);
        for (const transposed of [false, true]) {
          const of = (inner: number, seed: number) =>
            build(transposed ? [n, inner] : [inner, n], scattered(seed));
          const [b, tail] = [of(k, 41), of(rank, 47)];
          const alone = reference.matMul(a, b, false, transposed);
          const withTail = zip(alone, reference.matMul(low, tail, false, transposed), (x, y) => x + y);
          const expected = zip(withTail, bias, (x, y) => x + y);
          ops.scope(() => {
            const on = ({ data, shape }: Reference) => ops.tensor(Float32Array.from(data), shape);
            const [x, matrix] = [on(a), on(b)];
            expectAllClose(ops.read(ops.matMul(x, matrix, false, transposed)), alone.data, CANCELLING);
            if (transposed) expectAllClose(ops.read(ops.linear(x, matrix)), alone.data, CANCELLING);
            const joined = ops.matMulJoined([x, on(low)], [matrix, on(tail)], transposed, on(bias));
            expectAllClose(ops.read(joined), expected.data, CANCELLING);
          });
        }
      },
    );

    test("with the same frozen weight again and again", () => {
      const held = backend.held();
      const weight = ops.tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
      for (let i = 0; i < 3; i++)
        ops.scope(() => {
          const x = ops.tensor(Float32Array.of(1, i), [1, 2]);
          expect([...ops.read(ops.matMul(x, weight, false, true))]).toEqual([
            1 + 2 * i,
            3 + 4 * i,
            5 + 6 * i,
          ]);
        });
      ops.dispose(weight);
      expect(backend.held()).toBe(held);
    });

    test("but not of shapes that do not fit", () => {
      ops.scope(() => {
        const [a, b] = [ops.tensor(new Float32Array(6), [2, 3]), ops.tensor(new Float32Array(12), [2, 3, 2])];
        expect(() => ops.matMul(a, b)).toThrow("ranks");
        expect(() => ops.matMul(a, a)).toThrow("inner sizes");
        expect(() => ops.matMulJoined([a], [a, a])).toThrow();
        expect(() => ops.matMul(b, ops.reshape(a, [1, 2, 3]))).toThrow("leading dimensions");
      });
    });
  });
});
