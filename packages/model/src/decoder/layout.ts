/** How the rows of one pass are laid out: which tokens are shared, which stand alone, and what position each has. */
import type { Ops, Tensor } from "../backend/ops.ts";
import type { ModelConfig } from "../weights/model-config.ts";

/**
 * Sequences of one length that all start at the same position. In a list of segments each continues the ones before
 * it: sequence n of a segment with N sequences attends to sequence floor(n * M / N) of an earlier one with M, so M
 * divides N. A prefix shared by a whole batch is a first segment with one sequence.
 */
export interface Segment {
  sequences: number;
  length: number;
}

/** The rows of a pass, segment after segment, each [sequences, length] row-major, with the constants they need. */
export interface Layout {
  segments: readonly Segment[];
  /** Number of rows, R. */
  rows: number;
  /** Position of the first row, that is, how many tokens lie in contexts from earlier passes. */
  start: number;
  /** Rotary tables of queries and keys, [2, 1, R, e]; the queries' carry the factor 1 / sqrt(e). */
  cosine: Tensor;
  sine: Tensor;
  /** One additive causal mask [1, S, S] a segment: 0 where a key may be seen, -1e30 where not. */
  masks: readonly Tensor[];
}

/** An additive mask value that softmax turns into an exact 0 without the NaN rows of -Infinity. */
const MASKED = -1e30;

/** Lays segments out from position `start` on. The layout's tensors belong to the scope it is called in. */
export function createLayout(ops: Ops, config: ModelConfig, segments: readonly Segment[], start = 0): Layout {
  const positions: number[] = [];
  let first = start;
  for (const { sequences, length } of segments) {
    for (let n = 0; n < sequences; n++) for (let s = 0; s < length; s++) positions.push(first + s);
    first += length;
  }
  return {
    segments,
    rows: positions.length,
    start,
    ...rotaryTables(ops, config, positions),
    masks: segments.map(({ length }) => causalMask(ops, length)),
  };
}

function causalMask(ops: Ops, length: number): Tensor {
  const mask = new Float32Array(length * length);
  for (let row = 0; row < length; row++) mask.fill(MASKED, row * length + row + 1, (row + 1) * length);
  return ops.tensor(mask, [1, length, length]);
}

/**
 * cos and sin of position / base^(2i / rotaryDims), dimension i paired with i + rotaryDims / 2 as GPT-NeoX does;
 * dimensions beyond rotaryDims are left alone (cos 1, sin 0).
 */
function rotaryTables(ops: Ops, config: ModelConfig, positions: readonly number[]) {
  const size = config.dModel / config.heads; // e
  const half = config.rotaryDims / 2;
  const rows = positions.length;
  const cosine = new Float32Array(2 * rows * size);
  const sine = new Float32Array(2 * rows * size);
  const factors = [1 / Math.sqrt(size), 1];
  const frequencies = Array.from({ length: half }, (_, i) => config.rotaryBase ** (-i / half));
  factors.forEach((factor, which) => {
    for (let row = 0; row < rows; row++) {
      const offset = (which * rows + row) * size;
      cosine.fill(factor, offset + config.rotaryDims, offset + size);
      for (let i = 0; i < half; i++) {
        const angle = positions[row]! * frequencies[i]!;
        cosine[offset + i] = cosine[offset + half + i] = factor * Math.cos(angle);
        sine[offset + i] = sine[offset + half + i] = factor * Math.sin(angle);
      }
    }
  });
  const shape = [2, 1, rows, size];
  return { cosine: ops.tensor(cosine, shape), sine: ops.tensor(sine, shape) };
}

/** Where each segment's rows begin among all rows. */
export function segmentOffsets(segments: readonly Segment[]): number[] {
  let offset = 0;
  return segments.map(({ sequences, length }) => {
    const first = offset;
    offset += sequences * length;
    return first;
  });
}
