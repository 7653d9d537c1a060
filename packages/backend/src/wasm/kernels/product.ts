// Matrix products: blocks of both factors are packed to fit the caches, and multiplied tile by tile (Goto and van de
// Geijn 2008, "Anatomy of high-performance matrix multiplication").

import { packAcross, packAlong } from "./pack";
import { multiplyTile, TILE_COLUMNS, TILE_ROWS } from "./tile";

/** Steps of the inner size in a block; a panel of either factor then fits the first cache. */
const DEPTH: i32 = 256;
/** Rows of a block of the left factor, which fits the second cache. */
const ROWS: i32 = 96;
/** Columns of a block of the right factor. */
const COLUMNS: i32 = 1024;

const LEFT_BYTES: usize = (<usize>(ROWS * DEPTH)) << 2;
const RIGHT_BYTES: usize = (<usize>(COLUMNS * DEPTH)) << 2;
const EDGE_STRIDE: usize = <usize>TILE_COLUMNS << 2;

/** Bytes of scratch that a product needs: a block of each factor, a tile and a row of it. */
export function productScratch(): usize {
  return LEFT_BYTES + RIGHT_BYTES + EDGE_STRIDE * (TILE_ROWS + 1);
}

/**
 * c = a b + bias for each of a batch, with a [rows, inner] and b [inner, columns], each held transposed if so flagged.
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
  for (let column = 0; column < columns; column += COLUMNS) {
    const width = min(COLUMNS, columns - column);
    let step = 0;
    do {
      const depth = min(DEPTH, inner - step);
      if (transposeB)
        packAlong(b + strideB * column + (<usize>step << 2), right, width, depth, strideB, TILE_COLUMNS);
      else packAcross(b + strideB * step + (<usize>column << 2), right, width, depth, strideB, TILE_COLUMNS);
      for (let row = 0; row < rows; row += ROWS) {
        const height = min(ROWS, rows - row);
        if (transposeA) packAcross(a + strideA * step + (<usize>row << 2), left, height, depth, strideA, TILE_ROWS);
        else packAlong(a + strideA * row + (<usize>step << 2), left, height, depth, strideA, TILE_ROWS);
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
      step += DEPTH;
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
  const first = edge + EDGE_STRIDE * TILE_ROWS;
  const panelA = (<usize>(TILE_ROWS * depth)) << 2;
  const panelB = (<usize>(TILE_COLUMNS * depth)) << 2;
  for (let column = 0; column < width; column += TILE_COLUMNS, right += panelB) {
    const columns = min(TILE_COLUMNS, width - column);
    if (!more) {
      memory.fill(first, 0, EDGE_STRIDE);
      if (bias) memory.copy(first, bias + (<usize>column << 2), <usize>columns << 2);
    }
    let a = left;
    for (let row = 0; row < height; row += TILE_ROWS, a += panelA) {
      const rows = min(TILE_ROWS, height - row);
      const to = c + strideC * row + (<usize>column << 2);
      if (rows == TILE_ROWS && columns == TILE_COLUMNS) {
        if (more) multiplyTile(a, right, depth, to, strideC, to, strideC);
        else multiplyTile(a, right, depth, first, 0, to, strideC);
        continue;
      }
      if (more) copyRows(to, strideC, edge, EDGE_STRIDE, rows, columns);
      if (more) multiplyTile(a, right, depth, edge, EDGE_STRIDE, edge, EDGE_STRIDE);
      else multiplyTile(a, right, depth, first, 0, edge, EDGE_STRIDE);
      copyRows(edge, EDGE_STRIDE, to, strideC, rows, columns);
    }
  }
}

function copyRows(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++, from += fromStride, to += toStride)
    for (let i: usize = 0; i < <usize>columns << 2; i += 4) store<f32>(to + i, load<f32>(from + i));
}
