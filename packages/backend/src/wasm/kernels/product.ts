// Matrix products: blocks of both factors are packed into panels that fit the caches, which a micro-kernel multiplies
// (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication").

import { packAcross, packAlong } from "./pack";
import { microKernel, NR, MR } from "./micro-kernel";

/** Inner size of a block; a panel of either factor then fits the L1 cache. */
const KC: i32 = 256;
/** Rows of a block of the left factor, which fits the L2 cache. */
const MC: i32 = 96;
/** Columns of a block of the right factor. */
const NC: i32 = 1024;

const LEFT_BYTES: usize = (<usize>(MC * KC)) << 2;
const RIGHT_BYTES: usize = (<usize>(NC * KC)) << 2;
const EDGE_STRIDE: usize = <usize>NR << 2;

/** Bytes of scratch that a product needs: a block of each factor, a result of the micro-kernel and a row of it. */
export function productScratch(): usize {
  return LEFT_BYTES + RIGHT_BYTES + EDGE_STRIDE * (MR + 1);
}

/**
 * c = a b + bias for each of a batch, with a [rows, inner] and b [inner, columns], each stored transposed if its flag is set.
 *
 * @param bias [columns], or 0 for none
 */
export function multiply(
  a: usize,
  b: usize,
  c: usize,
  batch: i32,
  rows: i32,
  inner: i32,
  columns: i32,
  transposeA: i32,
  transposeB: i32,
  bias: usize,
  scratch: usize,
): void {
  for (let i = 0; i < batch; i++) {
    multiplyOne(a, b, c, rows, inner, columns, transposeA, transposeB, bias, scratch);
    a += <usize>rows * <usize>inner << 2;
    b += <usize>inner * <usize>columns << 2;
    c += <usize>rows * <usize>columns << 2;
  }
}

function multiplyOne(
  a: usize,
  b: usize,
  c: usize,
  rows: i32,
  inner: i32,
  columns: i32,
  transposeA: i32,
  transposeB: i32,
  bias: usize,
  scratch: usize,
): void {
  const left = scratch;
  const right = left + LEFT_BYTES;
  const edge = right + RIGHT_BYTES;
  const strideA = <usize>(transposeA ? rows : inner) << 2;
  const strideB = <usize>(transposeB ? inner : columns) << 2;
  const strideC = <usize>columns << 2;
  for (let column = 0; column < columns; column += NC) {
    const width = min(NC, columns - column);
    let step = 0;
    do {
      const depth = min(KC, inner - step);
      if (transposeB)
        packAlong(b + strideB * column + (<usize>step << 2), right, width, depth, strideB, NR);
      else packAcross(b + strideB * step + (<usize>column << 2), right, width, depth, strideB, NR);
      for (let row = 0; row < rows; row += MC) {
        const height = min(MC, rows - row);
        if (transposeA) packAcross(a + strideA * step + (<usize>row << 2), left, height, depth, strideA, MR);
        else packAlong(a + strideA * row + (<usize>step << 2), left, height, depth, strideA, MR);
        multiplyBlock(
          left,
          right,
          c + strideC * row + (<usize>column << 2),
          strideC,
          height,
          depth,
          width,
          step > 0,
          bias ? bias + (<usize>column << 2) : 0,
          edge,
        );
      }
      step += KC;
    } while (step < inner);
  }
}

/** Adds the product of two packed blocks to c if `more`, else to the bias. */
function multiplyBlock(
  left: usize,
  right: usize,
  c: usize,
  strideC: usize,
  height: i32,
  depth: i32,
  width: i32,
  more: bool,
  bias: usize,
  edge: usize,
): void {
  const first = edge + EDGE_STRIDE * MR;
  const panelA = (<usize>(MR * depth)) << 2;
  const panelB = (<usize>(NR * depth)) << 2;
  for (let column = 0; column < width; column += NR, right += panelB) {
    const columns = min(NR, width - column);
    if (!more) {
      memory.fill(first, 0, EDGE_STRIDE);
      if (bias) memory.copy(first, bias + (<usize>column << 2), <usize>columns << 2);
    }
    let a = left;
    for (let row = 0; row < height; row += MR, a += panelA) {
      const rows = min(MR, height - row);
      const to = c + strideC * row + (<usize>column << 2);
      if (rows == MR && columns == NR) {
        if (more) microKernel(a, right, depth, to, strideC, to, strideC);
        else microKernel(a, right, depth, first, 0, to, strideC);
        continue;
      }
      if (more) copyRows(to, strideC, edge, EDGE_STRIDE, rows, columns);
      if (more) microKernel(a, right, depth, edge, EDGE_STRIDE, edge, EDGE_STRIDE);
      else microKernel(a, right, depth, first, 0, edge, EDGE_STRIDE);
      copyRows(edge, EDGE_STRIDE, to, strideC, rows, columns);
    }
  }
}

function copyRows(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++, from += fromStride, to += toStride)
    for (let i: usize = 0; i < <usize>columns << 2; i += 4) store<f32>(to + i, load<f32>(from + i));
}
