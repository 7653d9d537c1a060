/** Rows that form a tree: sequences with a common prefix share its rows. */
import type { AttentionTree, Constant, Ops } from "@ft/backend";
import type { ModelConfig } from "../families/index.ts";
import { rotaryFrequencies } from "./rotary-frequencies.ts";

/** The parent of a row that begins a sequence. */
export const ROOT = -1;

/** A tree of rows in the layers of a model. */
export interface RowTree extends AttentionTree {
  /** The same rows in layers of local attention; absent if none of them has more ancestors than the window. */
  local?: AttentionTree;
}

/** The tree of rows as a layer's attention sees it. */
export function treeOfLayer({ local, ...tree }: RowTree, isLocal: boolean): AttentionTree {
  return (isLocal && local) || tree;
}

/** Frees a tree's tensors, if they were kept. */
export function disposeTree(ops: Ops, { local, ...tree }: RowTree): void {
  ops.dispose(tree.offsets.tensor, tree.runs.tensor, tree.cosine, tree.sine);
  if (local) ops.dispose(local.offsets.tensor, local.runs.tensor);
}

/** Builds the tree of sequences: those that begin with the same labels share these rows. A label is one or more tokens. */
export class PrefixTree {
  /** Each row's parent, {@link ROOT} for none. */
  readonly parents: number[] = [];
  readonly #share: boolean;
  readonly #children = new Map<string, number>();

  /** @param share whether sequences share rows. @default true */
  constructor(share = true) {
    this.#share = share;
  }

  /** The child of a parent with a label, existing or new; new rows are numbered consecutively. */
  step(parent: number, ...label: readonly number[]): number {
    const key = `${parent} ${label.join(" ")}`;
    const known = this.#share ? this.#children.get(key) : undefined;
    if (known !== undefined) return known;
    const row = this.leaf(parent);
    this.#children.set(key, row);
    return row;
  }

  /** A new row that no other sequence shares. */
  leaf(parent: number): number {
    return this.parents.push(parent) - 1;
  }
}

/**
 * Puts a tree of rows on the backend; its tensors belong to the calling scope.
 *
 * @param parents of each row, {@link ROOT} for none; rows of earlier passes come first. A row's position is its depth.
 * @param past the number of rows of earlier passes. @default 0
 */
export function createTree(ops: Ops, config: ModelConfig, parents: ArrayLike<number>, past = 0): RowTree {
  const { positions, runs } = ancestry(parents);
  const constant = (values: Int32Array, shape: number[]): Constant => ({
    values,
    tensor: ops.tensor(values, shape),
  });
  const attended = (own: readonly (readonly number[])[]) => {
    const offsets = new Int32Array(own.length + 1);
    own.forEach(({ length }, row) => {
      offsets[row + 1] = offsets[row]! + length / 2;
    });
    return {
      offsets: constant(offsets, [offsets.length]),
      runs: constant(Int32Array.from(own.flat()), [offsets.at(-1)!, 2]),
    };
  };
  const own = runs.slice(past);
  const tree: AttentionTree = {
    heads: config.heads,
    rows: parents.length - past,
    past,
    ...attended(own),
    ...rotaryTables(ops, config, positions),
  };
  const window = config.localAttention?.window ?? Number.POSITIVE_INFINITY;
  if (positions.every((position) => position < window)) return tree;
  return { ...tree, local: { ...tree, ...attended(own.map((row) => lastOf(row, window))) } };
}

/** Every row's depth, and its ancestors and itself as ranges of consecutive rows: alternating first row and length. */
export function ancestry(parents: ArrayLike<number>): { positions: Int32Array; runs: number[][] } {
  const positions = new Int32Array(parents.length);
  const runs: number[][] = new Array(parents.length);
  const visit = (row: number): number[] => {
    const known = runs[row];
    if (known) return known;
    const parent = parents[row]!;
    const own = parent === ROOT ? [] : visit(parent).slice();
    positions[row] = parent === ROOT ? 0 : positions[parent]! + 1;
    const follows = own.length > 0 && own.at(-2)! + own.at(-1)! === row;
    if (follows) own[own.length - 1]!++;
    else own.push(row, 1);
    runs[row] = own;
    return own;
  };
  for (let row = 0; row < parents.length; row++) visit(row);
  return { positions, runs };
}

/** The last `count` rows of ranges. */
function lastOf(runs: readonly number[], count: number): number[] {
  const kept: number[] = [];
  let missing = count;
  for (let i = runs.length - 2; i >= 0 && missing > 0; i -= 2) {
    const length = Math.min(runs[i + 1]!, missing);
    kept.unshift(runs[i]! + runs[i + 1]! - length, length);
    missing -= length;
  }
  return kept;
}

/** cos and sin of position times each frequency, [rows, rotaryDims / 2] (Su et al. 2021). */
function rotaryTables(ops: Ops, config: ModelConfig, positions: Int32Array) {
  const frequencies = rotaryFrequencies(config);
  const half = frequencies.length;
  const table = (f: (angle: number) => number) => {
    const values = new Float32Array(positions.length * half);
    positions.forEach((position, row) => {
      for (let i = 0; i < half; i++) values[row * half + i] = f(position * frequencies[i]!);
    });
    return ops.tensor(values, [positions.length, half]);
  };
  return { cosine: table(Math.cos), sine: table(Math.sin) };
}
