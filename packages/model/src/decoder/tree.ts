/** Rows that form a tree: what prompts have in common is one row, however many go on from it. */
import type { AttentionTree, Constant, Ops } from "../backend/ops.ts";
import type { ModelConfig } from "../weights/model-config.ts";

/** The parent of a row that begins a sequence. */
export const ROOT = -1;

/**
 * Puts a tree of rows on the backend; its tensors belong to the scope it is called in.
 *
 * @param parents of each row, {@link ROOT} for none; rows of earlier passes come first. A row's position is its depth.
 * @param past how many rows are of earlier passes. @default 0
 */
export function createTree(
  ops: Ops,
  config: ModelConfig,
  parents: ArrayLike<number>,
  past = 0,
): AttentionTree {
  const chains = ancestry(parents);
  const offsets = new Int32Array(parents.length - past + 1);
  const runs: number[] = [];
  for (let row = past; row < parents.length; row++) {
    for (const run of chains[row]!.runs) runs.push(run.first, run.length);
    offsets[row - past + 1] = runs.length / 2;
  }
  const constant = (values: Int32Array, shape: number[]): Constant => ({
    values,
    tensor: ops.tensor(values, shape),
  });
  return {
    heads: config.heads,
    rows: parents.length - past,
    past,
    offsets: constant(offsets, [offsets.length]),
    runs: constant(Int32Array.from(runs), [runs.length / 2, 2]),
    ...rotaryTables(
      ops,
      config,
      Int32Array.from(chains, ({ position }) => position),
    ),
  };
}

interface Chain {
  position: number;
  /** The row's ancestors and the row itself, as runs of consecutive rows. */
  runs: readonly { first: number; length: number }[];
}

function ancestry(parents: ArrayLike<number>): Chain[] {
  const chains: Chain[] = [];
  const chainOf = (row: number): Chain => {
    const known = chains[row];
    if (known) return known;
    const parent = parents[row]!;
    const above = parent === ROOT ? { position: -1, runs: [] } : chainOf(parent);
    const last = above.runs.at(-1);
    const extends_ = last !== undefined && last.first + last.length === row;
    const runs = extends_
      ? [...above.runs.slice(0, -1), { first: last.first, length: last.length + 1 }]
      : [...above.runs, { first: row, length: 1 }];
    chains[row] = { position: above.position + 1, runs };
    return chains[row];
  };
  for (let row = 0; row < parents.length; row++) chainOf(row);
  return chains;
}

/** cos and sin of position / base^(2i / rotaryDims), [rows, rotaryDims / 2], as GPT-NeoX has them (Su et al. 2021). */
function rotaryTables(ops: Ops, { rotaryDims, rotaryBase }: ModelConfig, positions: Int32Array) {
  const half = rotaryDims / 2;
  const frequencies = Array.from({ length: half }, (_, i) => rotaryBase ** (-i / half));
  const table = (f: (angle: number) => number) => {
    const values = new Float32Array(positions.length * half);
    positions.forEach((position, row) => {
      for (let i = 0; i < half; i++) values[row * half + i] = f(position * frequencies[i]!);
    });
    return ops.tensor(values, [positions.length, half]);
  };
  return { cosine: table(Math.cos), sine: table(Math.sin) };
}
