import { describe, expect, test } from "vitest";
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from "./half-float.ts";

const everyHalf = Uint16Array.from({ length: 65_536 }, (_, half) => half);

function widen(half: number): number {
  const out = new Float32Array(1);
  float16ToFloat32(Uint16Array.of(half), out);
  return out[0]!;
}

function narrow(value: number): number {
  const out = new Uint16Array(1);
  float32ToFloat16(Float32Array.of(value), out);
  return out[0]!;
}

/** The value of a float16 by the definition of IEEE 754. */
function definition(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

describe("float16", () => {
  test("each of the 65,536 values widens to what IEEE 754 defines", () => {
    const out = new Float32Array(65_536);
    float16ToFloat32(everyHalf, out);
    expect(out.every((value, half) => Object.is(value, definition(half)))).toBe(true);
  });

  test("each of the 65,536 values survives the way to float32 and back; NaN stays NaN", () => {
    const wide = new Float32Array(65_536);
    const back = new Uint16Array(65_536);
    float16ToFloat32(everyHalf, wide);
    float32ToFloat16(wide, back);
    const isNaNHalf = (half: number) => (half & 0x7fff) > 0x7c00;
    expect(everyHalf.every((half) => (isNaNHalf(half) ? isNaNHalf(back[half]!) : back[half] === half))).toBe(
      true,
    );
  });

  test("between any two neighbours, the nearer one is taken, and the even one in the middle", () => {
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    const nextTo = (value: number, direction: 1 | -1) => {
      float[0] = value;
      bits[0] = bits[0]! + direction;
      return float[0];
    };
    const wrong: number[] = [];
    for (let low = 0; low < 0x7bff; low++) {
      const middle = (definition(low) + definition(low + 1)) / 2;
      const even = low % 2 === 0 ? low : low + 1;
      const right =
        narrow(middle) === even &&
        narrow(-middle) === (0x8000 | even) &&
        narrow(nextTo(middle, -1)) === low &&
        narrow(nextTo(middle, 1)) === low + 1;
      if (!right) wrong.push(low);
    }
    expect(wrong).toEqual([]);
  });

  test("what is nearer to 2^16 than to the largest value becomes infinite", () => {
    expect(narrow(65_504)).toBe(0x7bff);
    expect(narrow(65_519.996)).toBe(0x7bff);
    expect(narrow(65_520)).toBe(0x7c00);
    expect(narrow(-3e38)).toBe(0xfc00);
    expect(narrow(Number.POSITIVE_INFINITY)).toBe(0x7c00);
  });

  test("what is nearer to zero than to the smallest value becomes zero of the same sign", () => {
    expect(narrow(2 ** -25)).toBe(0);
    expect(narrow(2 ** -25 * (1 + 2 ** -23))).toBe(1);
    expect(narrow(-(2 ** -26))).toBe(0x8000);
    expect(narrow(1e-45)).toBe(0);
    expect(narrow(-0)).toBe(0x8000);
  });

  test("NaN stays NaN even when its payload is in the low bits", () => {
    const values = new Float32Array(Uint32Array.of(0x7f80_0001, 0xff80_0001).buffer);
    const out = new Uint16Array(2);
    float32ToFloat16(values, out);
    expect([...out].map((half) => Number.isNaN(widen(half)))).toEqual([true, true]);
  });
});

test("bfloat16 is the upper half of a float32", () => {
  const out = new Float32Array(4);
  bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc049, 0x0001, 0xff80), out);
  expect([...out]).toEqual([1, -3.140625, 2 ** -133, Number.NEGATIVE_INFINITY]);
});
