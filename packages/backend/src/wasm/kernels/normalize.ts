// LayerNorm without gain and bias, and its gradient; see Ops.normalize. Rows are read from the cache after the first pass.

import { covered, LANES, loadSome, madd, storeSome, total, VECTOR } from "./vector";

/** xhat = (x - mean) rstd of rows [rows, width], and rstd [rows]; mean is 0 for centred rows. */
export function normalize(x: usize, xhat: usize, rstd: usize, rows: i32, width: i32, epsilon: f32, centred: i32): void {
  const whole = <usize>covered(width) << 2;
  const rest = width & (LANES - 1);
  const stride = <usize>width << 2;
  for (let row = 0; row < rows; row++, x += stride, xhat += stride, rstd += 4) {
    let mean: f32 = 0;
    if (!centred) {
      let sum = rest ? loadSome(x + whole, rest) : f32x4.splat(0);
      for (let i: usize = 0; i < whole; i += VECTOR) sum = f32x4.add(sum, v128.load(x + i));
      mean = total(sum) / <f32>width;
    }
    const centre = f32x4.splat(mean);
    let squares = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += VECTOR) {
      const deviation = f32x4.sub(v128.load(x + i), centre);
      squares = madd(deviation, deviation, squares);
    }
    let square = total(squares);
    for (let i = whole; i < stride; i += 4) square += (load<f32>(x + i) - mean) * (load<f32>(x + i) - mean);
    const scale: f32 = <f32>1 / sqrt<f32>(square / <f32>width + epsilon);
    const factor = f32x4.splat(scale);
    for (let i: usize = 0; i < whole; i += VECTOR)
      v128.store(xhat + i, f32x4.mul(f32x4.sub(v128.load(x + i), centre), factor));
    for (let i = whole; i < stride; i += 4) store<f32>(xhat + i, (load<f32>(x + i) - mean) * scale);
    store<f32>(rstd, scale);
  }
}

/** dx = rstd (g - mean(g) - xhat mean(g xhat)); mean(g) is left in for centred rows. */
export function normalizeGradient(
  xhat: usize,
  rstd: usize,
  g: usize,
  dx: usize,
  rows: i32,
  width: i32,
  centred: i32,
): void {
  const whole = <usize>covered(width) << 2;
  const rest = width & (LANES - 1);
  const stride = <usize>width << 2;
  for (let row = 0; row < rows; row++, xhat += stride, g += stride, dx += stride, rstd += 4) {
    let sum = f32x4.splat(0);
    let products = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += VECTOR) {
      const gradient = v128.load(g + i);
      sum = f32x4.add(sum, gradient);
      products = madd(gradient, v128.load(xhat + i), products);
    }
    if (rest) {
      const gradient = loadSome(g + whole, rest);
      sum = f32x4.add(sum, gradient);
      products = madd(gradient, loadSome(xhat + whole, rest), products);
    }
    const mean = f32x4.splat(centred ? 0 : total(sum) / <f32>width);
    const along = f32x4.splat(-total(products) / <f32>width);
    const scale = f32x4.splat(load<f32>(rstd));
    for (let i: usize = 0; i < whole; i += VECTOR) {
      const across = madd(v128.load(xhat + i), along, f32x4.sub(v128.load(g + i), mean));
      v128.store(dx + i, f32x4.mul(across, scale));
    }
    if (rest) {
      const across = madd(loadSome(xhat + whole, rest), along, f32x4.sub(loadSome(g + whole, rest), mean));
      storeSome(dx + whole, f32x4.mul(across, scale), rest);
    }
  }
}
