import { describe, expect, test } from "vitest";
import { expectAllClose } from "../testing/all-close.ts";
import * as reference from "../testing/reference.ts";
import { loadKernels, MODULES } from "./kernels.ts";

declare const WebAssembly: { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } };

/** Roundings of a sum of hundreds of products below 1 that mostly cancel. */
const CANCELLING = { absolute: 1e-5 };

describe.each(MODULES)("%s", (module) => {
  const memory = new WebAssembly.Memory({ initial: 512 });
  const loaded = loadKernels(memory, [module]);

  test("was built and runs here", () => expect(loaded?.module).toBe(module));

  test.each<[string, number, number, number, number]>([
    ["one micro-kernel call and its edges", 1, 7, 5, 9],
    ["whole panels", 1, 12, 16, 24],
    ["blocks of the left factor and their edges", 1, 97, 257, 9],
    ["blocks of the right factor and their edges", 1, 7, 257, 1025],
    ["one element", 1, 1, 1, 1],
    ["a batch", 3, 13, 40, 11],
  ])("multiplies %s, transposed or not, and adds a bias", (_, batch, rows, inner, columns) => {
    const { kernels } = loaded!;
    const floats = new Float32Array(memory.buffer);
    let next = 1024;
    const place = (shape: number[]) => {
      const start = next;
      const size = shape.reduce((product, n) => product * n, 1);
      for (let i = 0; i < size; i++) floats[start + i] = Math.fround(Math.sin(start + 1.7 * i));
      next += size;
      return { at: 4 * start, shape, data: Float64Array.from(floats.subarray(start, next)) };
    };
    const left = [place([batch, rows, inner]), place([batch, inner, rows])] as const;
    const right = [place([batch, inner, columns]), place([batch, columns, inner])] as const;
    const bias = place([columns]);
    const result = place([batch, rows, columns]);
    const guard = place([8]);
    const scratch = 4 * next;
    for (const [transposeA, transposeB] of [
      [0, 0] as const,
      [0, 1] as const,
      [1, 0] as const,
      [1, 1] as const,
    ]) {
      const [a, b] = [left[transposeA], right[transposeB]];
      const product = reference.matMul(a, b, transposeA === 1, transposeB === 1);
      const sum = reference.zip(product, bias, (x, y) => x + y);
      for (const { added, expected } of [
        { added: 0, expected: product },
        { added: bias.at, expected: sum },
      ]) {
        const sizes = [batch, rows, inner, columns, transposeA, transposeB] as const;
        kernels.multiply(a.at, b.at, result.at, ...sizes, added, scratch);
        expectAllClose(floats.subarray(result.at / 4, guard.at / 4), expected.data, CANCELLING);
      }
    }
    expectAllClose(floats.subarray(guard.at / 4, next), guard.data, { relative: 0 });
  });
});

test("there are none if none are requested", () => {
  expect(loadKernels(new WebAssembly.Memory({ initial: 1 }), [])).toBeUndefined();
});
