// The gradient of attention over a tree of rows, head by head; see Ops.attendGradient. The softmax is recomputed.

import { attendScratch, listBytes, loadHead, runLength, runStart, weigh } from "./attention";
import { rotate } from "./rotate";
import { addScaled, addWeighted, allZero, dots } from "./rows";
import { madd, total, VECTOR } from "./vector";

/** Bytes of scratch for one head: that of attention, gradients of keys and of a query, and of the scores of one row. */
export function attendGradientScratch(all: i32, rows: i32, size: i32, longest: i32): usize {
  return attendScratch(all, size, longest) + (<usize>(rows * size + size) << 2) + listBytes(longest);
}

/** dqkv [rows, 3 heads size] from dz [rows, heads size]; softmax's gradient is p (dp - sum(dp p)) with dp = dz . v. */
export function attendGradient(
  qkv: usize,
  past: usize,
  offsets: usize,
  runs: usize,
  cosine: usize,
  sine: usize,
  dz: usize,
  dqkv: usize,
  rows: i32,
  pastRows: i32,
  heads: i32,
  size: i32,
  half: i32,
  longest: i32,
  scratch: usize,
): void {
  const bytes = <usize>size << 2;
  const width = bytes * heads;
  const keys = scratch;
  const values = keys + bytes * (pastRows + rows);
  const query = values + bytes * (pastRows + rows);
  const dquery = query + bytes;
  const dkeys = dquery + bytes;
  const scores = dkeys + bytes * rows;
  const dscores = scores + listBytes(longest);
  const turned = <usize>(pastRows * half) << 2;
  memory.fill(dqkv, 0, 3 * width * rows);
  for (let head = 0; head < heads; head++) {
    const first = bytes * head * 3;
    const own = bytes * pastRows;
    loadHead(past + first, keys, values, cosine, sine, pastRows, heads, size, half);
    loadHead(qkv + first, keys + own, values + own, cosine + turned, sine + turned, rows, heads, size, half);
    memory.fill(dkeys, 0, bytes * rows);
    let list = offsets;
    for (let r = 0; r < rows; r++, list += 4) {
      const d = dz + width * r + bytes * head;
      if (allZero(d, size)) continue;
      const from = load<i32>(list);
      const end = load<i32>(list, 4);
      const at = turned + (<usize>(r * half) << 2);
      const row = width * r * 3 + first;
      const count = weigh(qkv + row, cosine + at, sine + at, runs, from, end, keys, query, scores, size, half);
      let place: usize = 0;
      for (let run = from; run < end; run++) {
        const length = runLength(runs, run);
        dots(d, values + bytes * runStart(runs, run), dscores + place, length, size);
        place += <usize>length << 2;
      }
      softmaxGradientInPlace(scores, dscores, count);
      memory.fill(dquery, 0, bytes);
      place = 0;
      for (let run = from; run < end; run++) {
        const length = runLength(runs, run);
        const start = <i32>runStart(runs, run);
        addWeighted(dscores + place, keys + bytes * start, dquery, length, size);
        for (let j = start; j < start + length; j++, place += 4) {
          if (j < pastRows) continue;
          addScaled(dkeys + bytes * (j - pastRows), load<f32>(dscores + place), query, size);
          addScaled(dqkv + 3 * width * (j - pastRows) + first + 2 * bytes, load<f32>(scores + place), d, size);
        }
      }
      const scale: f32 = <f32>1 / sqrt<f32>(<f32>size);
      rotate(dquery, dqkv + row, cosine + at, sine + at, half, size, -1, scale);
    }
    for (let r = 0; r < rows; r++) {
      const at = turned + (<usize>(r * half) << 2);
      const to = dqkv + 3 * width * r + first + bytes;
      rotate(dkeys + bytes * r, to, cosine + at, sine + at, half, size, -1, 1);
    }
  }
}

/** Turns dp into p (dp - sum(dp p)), over lists that have room for whole vectors; p is 0 past their ends. */
function softmaxGradientInPlace(p: usize, dp: usize, count: i32): void {
  const whole = listBytes(count);
  for (let i = <usize>count << 2; i < whole; i += 4) store<f32>(dp + i, 0);
  let products = f32x4.splat(0);
  for (let i: usize = 0; i < whole; i += VECTOR) products = madd(v128.load(p + i), v128.load(dp + i), products);
  const along = f32x4.splat(total(products));
  for (let i: usize = 0; i < whole; i += VECTOR)
    v128.store(dp + i, f32x4.mul(v128.load(p + i), f32x4.sub(v128.load(dp + i), along)));
}
