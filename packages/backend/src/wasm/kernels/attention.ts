// Attention over a tree of rows, head by head; see Ops.attend.

import { addWeighted, dots } from "./rows";
import { rotate } from "./rotate";
import { exp } from "./math";
import { largest, total, VECTOR } from "./vector";

/** The longest list of ancestors of a row. */
export function longestList(offsets: usize, runs: usize, rows: i32): i32 {
  let longest = 1;
  for (let r = 0; r < rows; r++, offsets += 4) {
    let length = 0;
    for (let run = load<i32>(offsets); run < load<i32>(offsets, 4); run++) length += runLength(runs, run);
    longest = max(longest, length);
  }
  return longest;
}

/** Bytes of scratch for one head: keys, values, a query and the scores of one row. */
export function attendScratch(all: i32, size: i32, longest: i32): usize {
  return (<usize>(2 * all * size + size) << 2) + listBytes(longest);
}

/** Bytes of one number per ancestor of a row, in whole vectors. */
// @ts-ignore: decorator
@inline
export function listBytes(longest: i32): usize {
  return (<usize>((longest + 3) & ~3)) << 2;
}

/** z [rows, heads * size] from qkv [rows, 3 heads size] and the same of earlier passes, past [pastRows, ...]. */
export function attend(
  qkv: usize,
  past: usize,
  offsets: usize,
  runs: usize,
  cosine: usize,
  sine: usize,
  z: usize,
  rows: i32,
  pastRows: i32,
  heads: i32,
  size: i32,
  half: i32,
  scratch: usize,
): void {
  const bytes = <usize>size << 2;
  const width = bytes * heads;
  const keys = scratch;
  const values = keys + bytes * (pastRows + rows);
  const query = values + bytes * (pastRows + rows);
  const scores = query + bytes;
  for (let head = 0; head < heads; head++) {
    const first = bytes * head * 3;
    loadHead(past + first, keys, values, cosine, sine, pastRows, heads, size, half);
    const own = bytes * pastRows;
    const turned = <usize>(pastRows * half) << 2;
    loadHead(qkv + first, keys + own, values + own, cosine + turned, sine + turned, rows, heads, size, half);
    let list = offsets;
    for (let r = 0; r < rows; r++, list += 4) {
      const from = load<i32>(list);
      const end = load<i32>(list, 4);
      const at = <usize>((pastRows + r) * half) << 2;
      const row = qkv + 3 * width * r + first;
      weigh(row, cosine + at, sine + at, runs, from, end, keys, query, scores, size, half);
      const out = z + width * r + bytes * head;
      memory.fill(out, 0, bytes);
      let factors = scores;
      for (let run = from; run < end; run++) {
        const length = runLength(runs, run);
        addWeighted(factors, values + bytes * runStart(runs, run), out, length, size);
        factors += <usize>length << 2;
      }
    }
  }
}

/** Copies a head's rotated keys and its values to contiguous memory. */
export function loadHead(
  from: usize,
  keys: usize,
  values: usize,
  cosine: usize,
  sine: usize,
  rows: i32,
  heads: i32,
  size: i32,
  half: i32,
): void {
  const bytes = <usize>size << 2;
  const table = <usize>half << 2;
  for (let r = 0; r < rows; r++) {
    rotate(from + bytes, keys, cosine, sine, half, size, 1, 1);
    memory.copy(values, from + 2 * bytes, bytes);
    from += bytes * heads * 3;
    keys += bytes;
    values += bytes;
    cosine += table;
    sine += table;
  }
}

/** Puts a row's query, rotated and scaled, into `query` and the softmax over its keys into `scores`; returns their number. */
export function weigh(
  row: usize,
  cosine: usize,
  sine: usize,
  runs: usize,
  from: i32,
  end: i32,
  keys: usize,
  query: usize,
  scores: usize,
  size: i32,
  half: i32,
): i32 {
  rotate(row, query, cosine, sine, half, size, 1, <f32>1 / sqrt<f32>(<f32>size));
  let count = 0;
  for (let run = from; run < end; run++) {
    const length = runLength(runs, run);
    dots(query, keys + (<usize>size << 2) * runStart(runs, run), scores + (<usize>count << 2), length, size);
    count += length;
  }
  softmaxInPlace(scores, count);
  return count;
}

/** Softmax of a list padded to whole vectors. */
function softmaxInPlace(scores: usize, count: i32): void {
  const whole = listBytes(count);
  for (let i = <usize>count << 2; i < whole; i += 4) store<f32>(scores + i, -Infinity);
  let most = v128.load(scores);
  for (let i = VECTOR; i < whole; i += VECTOR) most = f32x4.max(most, v128.load(scores + i));
  const top = f32x4.splat(largest(most));
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < whole; i += VECTOR) {
    const e = exp(f32x4.sub(v128.load(scores + i), top));
    v128.store(scores + i, e);
    sum = f32x4.add(sum, e);
  }
  const share = f32x4.splat(<f32>1 / total(sum));
  for (let i: usize = 0; i < whole; i += VECTOR) v128.store(scores + i, f32x4.mul(v128.load(scores + i), share));
}

// @ts-ignore: decorator
@inline
export function runStart(runs: usize, run: i32): usize {
  return <usize>load<i32>(runs + (<usize>run << 3));
}

// @ts-ignore: decorator
@inline
export function runLength(runs: usize, run: i32): i32 {
  return load<i32>(runs + (<usize>run << 3), 4);
}
