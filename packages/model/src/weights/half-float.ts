/**
 * Conversion between float32 and the two 16-bit formats, exact and by table.
 *
 * Widening is exact. Narrowing to float16 rounds to nearest, ties to even, as IEEE 754 and PyTorch do, with
 * subnormals, infinities and NaN. The tables follow van der Zijp, "Fast Half Float Conversions" (2012), with rounding
 * in place of his truncation. The library @petamoriken/float16 takes over a hundred times as long on Node 20,
 * an hour per billion weights, and has no bfloat16.
 */

let widen: Int32Array | undefined;

/** The float32 bits of each of the 65,536 float16 values, as integers that V8 keeps in registers. Built on first use. */
function widenTable(): Int32Array {
  if (widen) return widen;
  widen = new Int32Array(65_536);
  for (let half = 0; half < 65_536; half++) {
    const sign = (half & 0x8000) << 16;
    let exponent = (half >> 10) & 0x1f;
    let mantissa = half & 0x3ff;
    if (exponent === 0x1f) {
      exponent = 0xff;
    } else if (exponent > 0) {
      exponent += 112;
    } else if (mantissa > 0) {
      const shift = Math.clz32(mantissa) - 21;
      mantissa = (mantissa << shift) & 0x3ff;
      exponent = 113 - shift;
    }
    widen[half] = sign | (exponent << 23) | (mantissa << 13);
  }
  return widen;
}

let narrow: { base: Uint16Array; shift: Uint8Array; leading: Uint32Array } | undefined;

/**
 * For each sign and exponent of a float32 (its top 9 bits): the float16 to start from, by how many bits the
 * mantissa moves, and the mantissa's leading bit. A shift of 25 rounds every mantissa to nothing.
 */
function narrowTables() {
  if (narrow) return narrow;
  narrow = { base: new Uint16Array(512), shift: new Uint8Array(512), leading: new Uint32Array(512) };
  for (let top = 0; top < 512; top++) {
    const sign = (top & 0x100) << 7;
    const exponent = top & 0xff;
    narrow.leading[top] = exponent === 0 ? 0 : 0x80_0000;
    if (exponent < 102) {
      narrow.base[top] = sign;
      narrow.shift[top] = 25;
    } else if (exponent < 113) {
      narrow.base[top] = sign;
      narrow.shift[top] = 126 - exponent;
    } else if (exponent < 143) {
      // The mantissa's leading bit, moved by 13, adds the missing 1 to the exponent.
      narrow.base[top] = sign | ((exponent - 113) << 10);
      narrow.shift[top] = 13;
    } else {
      narrow.base[top] = sign | 0x7c00;
      narrow.shift[top] = 25;
    }
  }
  return narrow;
}

/** Writes the float32 values of float16 `halves` to the start of `out`. Exact. */
export function float16ToFloat32(halves: Uint16Array, out: Float32Array): void {
  const table = widenTable();
  const bits = new Int32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!;
}

/** Writes the float32 values of bfloat16 `halves` to the start of `out`. Exact. */
export function bfloat16ToFloat32(halves: Uint16Array, out: Float32Array): void {
  const bits = new Int32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
}

/**
 * Writes `values`, rounded to float16, to the start of `out`. Magnitudes of 65,520 and more become infinite; NaN stays
 * NaN (quiet, the top of its payload kept).
 */
export function float32ToFloat16(values: Float32Array, out: Uint16Array): void {
  const { base, shift, leading } = narrowTables();
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i]!;
    const top = value >>> 23;
    if ((value & 0x7fff_ffff) > 0x7f80_0000) {
      out[i] = ((value >>> 16) & 0x8000) | 0x7e00 | ((value >>> 13) & 0x1ff);
      continue;
    }
    const mantissa = (value & 0x7f_ffff) | leading[top]!;
    const by = shift[top]!;
    // Just under half a unit, plus one unit's parity: ties go to the even neighbour.
    const rounding = (1 << (by - 1)) - 1 + ((mantissa >>> by) & 1);
    out[i] = base[top]! + ((mantissa + rounding) >>> by);
  }
}
