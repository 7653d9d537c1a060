import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Ops, Tensor } from "./ops.ts";
import { expectAllClose, type Tolerance } from "./testing/all-close.ts";
import { testBackends } from "./testing/backends.ts";
import { expectOnlyResult } from "./testing/expect-result.ts";
import { CASES, tensors } from "./testing/random.ts";
import { type ReferenceTree, trees, uploadTree } from "./testing/random-tree.ts";
import { build, map, type Reference } from "./testing/reference.ts";
import * as reference from "./testing/reference-layers.ts";

/** Some thirty roundings of float32, of sums whose terms may cancel. */
const ROUNDING: Tolerance = { relative: 3e-6, absolute: 1e-6 };

/** A dense matrix of pseudo-random values. */
function waves(rows: number, columns: number, phase: number): Reference {
  return build([rows, columns], ([i, j]) => Math.fround(Math.sin(phase + i! * columns + j!)));
}

describe.each(testBackends)("$name", (backend) => {
  let ops: Ops;
  beforeAll(async () => {
    ops = await backend.open();
  });

  const upload = (t: Reference): Tensor => ops.tensor(Float32Array.from(t.data), t.shape);

  describe("a linear map", () => {
    test("of any size, with a bias and without", () => {
      const size = fc.integer({ min: 1, max: 20 });
      const cases = fc
        .tuple(size, size, size)
        .chain(([rows, inputs, outputs]) =>
          fc.tuple(tensors([rows, inputs]), tensors([outputs, inputs]), tensors([outputs])),
        );
      fc.assert(
        fc.property(cases, ([x, weight, bias]) => {
          const run = (...[a, w, b]: Tensor[]) => ops.linear(a!, w!, b);
          expectOnlyResult(ops, [x, weight, bias], run, reference.linear(x, weight, bias), ROUNDING);
          expectOnlyResult(ops, [x, weight], run, reference.linear(x, weight), ROUNDING);
        }),
        CASES,
      );
    });

    // Backends compute large products, contractions and low-rank ones each in its own way.
    test.each([
      [1, 512, 520],
      [7, 512, 520],
      [37, 520, 512],
      [64, 300, 900],
      [33, 640, 32],
      [33, 32, 640],
      [9, 3000, 4],
      [3, 700, 11],
    ])("of %i rows from %i to %i columns", (rows, inputs, outputs) => {
      const [x, weight, bias] = [waves(rows, inputs, 0), waves(outputs, inputs, 1), waves(1, outputs, 2)];
      const b: Reference = { shape: [outputs], data: bias.data };
      const expected = reference.linear(x, weight, b);
      expectOnlyResult(ops, [x, weight, b], (...[a, w, c]) => ops.linear(a!, w!, c), expected, ROUNDING);
      const product = reference.linear(x, weight);
      expectOnlyResult(ops, [x, weight], (a, w) => ops.matMul(a!, w!, false, true), product, ROUNDING);
    });
  });

  test("a large GELU and its gradient equal those of its parts", () => {
    const [x, dy] = [map(waves(40, 257, 0), (v) => Math.fround(5 * v)), waves(40, 257, 1)];
    ops.scope(() => {
      const [all, gradient] = [ops.gelu(upload(x)), ops.geluGradient(upload(x), upload(dy))];
      const row = (t: Tensor, i: number) => ops.slice(t, [i, 0], [1, -1]);
      for (const i of [0, 17, 39]) {
        const [part, slope] = [row(upload(x), i), row(upload(dy), i)];
        expectAllClose(ops.read(row(all, i)), ops.read(ops.gelu(part)), ROUNDING);
        expectAllClose(ops.read(row(gradient, i)), ops.read(ops.geluGradient(part, slope)), ROUNDING);
      }
    });
  });

  describe("LayerNorm", () => {
    const EPSILON = 1e-3;
    const cases = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 40 }))
      .chain((shape) => fc.tuple(tensors(shape), tensors(shape)));

    test.each([false, true])("and its gradient (rows already centred: %s)", (centred) => {
      fc.assert(
        fc.property(cases, ([x, dy]) => {
          const expected = reference.normalize(x, EPSILON, centred);
          ops.scope(() => {
            const before = ops.liveTensors;
            const { xhat, rstd } = ops.normalize(upload(x), EPSILON, centred);
            expect(ops.liveTensors).toBe(before + 3);
            expect([xhat.shape, rstd.shape]).toEqual([x.shape, [x.shape[0], 1]]);
            expectAllClose(ops.read(xhat), expected.xhat.data, ROUNDING);
            expectAllClose(ops.read(rstd), expected.rstd.data, ROUNDING);
          });
          const rounded = [expected.xhat, expected.rstd].map((t) => map(t, Math.fround));
          const run = (...[xhat, rstd, g]: Tensor[]) =>
            ops.normalizeGradient({ xhat: xhat!, rstd: rstd! }, g!, centred);
          const normalized = (t: Reference) => reference.normalize(t, EPSILON, centred).xhat;
          // The gradient grows with rstd, which rounding of xhat does too.
          const tolerance = { relative: 3e-6, absolute: 3e-6 * Math.max(...expected.rstd.data) };
          expectOnlyResult(ops, [...rounded, dy], run, reference.gradient(normalized, x, dy), tolerance);
        }),
        CASES,
      );
    });

    test("of rows of rows", () => {
      const flat = waves(6, 16, 0);
      ops.scope(() => {
        const { xhat, rstd } = ops.normalize(
          ops.tensor(Float32Array.from(flat.data), [2, 3, 16]),
          EPSILON,
          false,
        );
        expect([xhat.shape, rstd.shape]).toEqual([
          [2, 3, 16],
          [2, 3, 1],
        ]);
        expectAllClose(ops.read(xhat), reference.normalize(flat, EPSILON, false).xhat.data, ROUNDING);
        const gradient = ops.normalizeGradient({ xhat, rstd }, xhat, false);
        expect(gradient.shape).toEqual([2, 3, 16]);
      });
    });
  });

  describe("attention over a tree of rows, and its gradient", () => {
    interface Case {
      tree: ReferenceTree;
      qkv: Reference;
      past: Reference;
      dz: Reference;
    }

    const attentions = (heads: number, size: number, half: number): fc.Arbitrary<Case> =>
      trees(heads, half).chain((tree) => {
        const [rows, width] = [tree.ancestors.length, heads * size];
        return fc.record({
          tree: fc.constant(tree),
          qkv: tensors([rows, 3 * width]),
          past: tensors([tree.past, 3 * width]),
          dz: tensors([rows, width]),
        });
      });

    function expectAttention({ tree, qkv, past, dz }: Case): void {
      const withPast = tree.past > 0;
      const attended = (t: Reference) => reference.attend(t, past, tree);
      ops.scope(() => {
        const onBackend = uploadTree(ops, tree);
        const operands = withPast ? [qkv, past] : [qkv];
        expectOnlyResult(ops, operands, (x, p) => ops.attend(x!, p, onBackend), attended(qkv), ROUNDING);
        expectOnlyResult(
          ops,
          [dz, ...operands],
          (d, x, p) => ops.attendGradient(x!, p, onBackend, d!),
          reference.gradient(attended, qkv, dz),
          ROUNDING,
        );
      });
    }

    // Kernels know some widths of a head at compile time; the others are not multiples of what a register holds.
    test.each([
      [1, 4, 1],
      [2, 6, 3],
      [2, 16, 4],
      [1, 32, 16],
      [1, 20, 2],
      [2, 4, 0],
    ])("%i heads of width %i, %i pairs turned", (heads, size, half) => {
      fc.assert(fc.property(attentions(heads, size, half), expectAttention), { ...CASES, numRuns: 6 });
    });

    test.each([64, 128])("a head of width %i", (size) => {
      fc.assert(fc.property(attentions(1, size, size / 8), expectAttention), { ...CASES, numRuns: 2 });
    });

    test("rows whose gradient is zero add nothing", () => {
      const run = ({ dz, ...rest }: Case, kept: number) => {
        const width = dz.shape[1]!;
        const data = dz.data.map((value, i) => (Math.floor(i / width) % 2 === kept ? value : 0));
        expectAttention({ ...rest, dz: { ...dz, data } });
      };
      fc.assert(fc.property(attentions(2, 16, 4), fc.nat(2), run), { ...CASES, numRuns: 3 });
    });

    test("no tensors are left in the library", () => {
      const [example] = fc.sample(attentions(2, 16, 4), { ...CASES, numRuns: 1 });
      expectAttention(example!); // makes the constants
      const held = backend.held();
      expectAttention(example!);
      expect(backend.held()).toBe(held);
    });
  });
});
