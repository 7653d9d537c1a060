/**
 * Pairs merged into a prefix tree, in which one pass computes equal prefixes once. Before clean and corrupted first
 * differ, a row serves both prompts; from there on a node represents both. Pairs that agree up to a token, in the
 * clean and in the corrupted prompt, share everything before it: rows, gradients and scores, whose sums are linear in what
 * follows. Activation differences are zero on shared rows, so only nodes contribute to a score.
 */
import { PrefixTree, ROOT } from "@ft/model";
import type { Pair } from "./pair.ts";

/** B pairs over P shared rows and M nodes. */
export interface PairTree {
  /** Indices into the pairs this was made from, B of them. */
  members: readonly number[];
  /** The token of every shared row, [P]. */
  shared: Int32Array;
  /** The two tokens of every node, each [M]. The last B nodes are the members' last positions, in their order. */
  clean: Int32Array;
  corrupted: Int32Array;
  /** Of the P shared rows, then of the M nodes: below P a shared row, from P on a node, or ROOT. */
  parents: Int32Array;
}

/**
 * Grows trees of pairs that begin alike.
 *
 * @param maximum nodes per tree, beyond which it gets no further pair
 * @param share false gives every pair its own branch, of nodes only; the results are the same. @default true
 * @param merge whether the rows before clean and corrupted first differ serve both prompts. If not, there are nodes only, as
 * a pass needs that does not compute the same for both there. @default share
 */
export function growTrees(pairs: readonly Pair[], maximum: number, share = true, merge = share): PairTree[] {
  const order = [...pairs.keys()].sort((a, b) => comparePairs(pairs[a]!, pairs[b]!));
  const trees: PairTree[] = [];
  let tree = new Growing(share, merge);
  for (const member of order) {
    if (tree.members.length > 0 && tree.nodes >= maximum) {
      trees.push(tree.finish());
      tree = new Growing(share, merge);
    }
    tree.add(member, pairs[member]!);
  }
  trees.push(tree.finish());
  return trees;
}

/** By tokens from the first on, clean before corrupted, so neighbours share the most. */
function comparePairs(a: Pair, b: Pair): number {
  const length = Math.min(a.clean.length, b.clean.length);
  for (let i = 0; i < length; i++) {
    const difference = a.clean[i]! - b.clean[i]! || a.corrupted[i]! - b.corrupted[i]!;
    if (difference !== 0) return difference;
  }
  return a.clean.length - b.clean.length;
}

/** A tree that pairs are added to one by one. */
class Growing {
  readonly members: number[] = [];
  /** The last row of each member, in their order. */
  readonly #leaves: number[] = [];
  readonly #merge: boolean;
  readonly #tree: PrefixTree;
  /** The two tokens of every row. */
  readonly #tokens: { clean: number; corrupted: number }[] = [];
  /** Of every row, whether it serves both prompts. */
  readonly #shared: boolean[] = [];
  /** Rows that represent both prompts, with a separate row for each. */
  nodes = 0;

  constructor(share: boolean, merge: boolean) {
    this.#merge = merge;
    this.#tree = new PrefixTree(share);
  }

  add(member: number, { clean, corrupted }: Pair): void {
    let row = ROOT;
    for (let i = 0; i < clean.length; i++) {
      const tokens = { clean: clean[i]!, corrupted: corrupted[i]! };
      const last = i === clean.length - 1;
      const same = tokens.clean === tokens.corrupted && (row === ROOT || this.#shared[row]!);
      row = last ? this.#tree.leaf(row) : this.#tree.step(row, tokens.clean, tokens.corrupted);
      if (row < this.#tokens.length) continue; // another pair's row
      this.#tokens.push(tokens);
      const shared = this.#merge && same && !last;
      this.#shared.push(shared);
      if (!shared) this.nodes++;
    }
    this.members.push(member);
    this.#leaves.push(row);
  }

  /** The tree with its rows in the order of {@link PairTree}. */
  finish(): PairTree {
    const { parents } = this.#tree;
    const leaves = new Set(this.#leaves);
    const rows = [...parents.keys()];
    const shared = rows.filter((row) => this.#shared[row]);
    const nodes = [...rows.filter((row) => !this.#shared[row] && !leaves.has(row)), ...this.#leaves];
    const placeOf = new Map([...shared, ...nodes].map((row, place) => [row, place]));
    placeOf.set(ROOT, ROOT);
    return {
      members: this.members,
      shared: Int32Array.from(shared, (row) => this.#tokens[row]!.clean),
      clean: Int32Array.from(nodes, (row) => this.#tokens[row]!.clean),
      corrupted: Int32Array.from(nodes, (row) => this.#tokens[row]!.corrupted),
      parents: Int32Array.from([...shared, ...nodes], (row) => placeOf.get(parents[row]!)!),
    };
  }
}

/**
 * The rows' parents if every node has several rows, one per copy of the tree: `before` copies of M rows, then the P shared
 * rows, then `after` copies of M rows.
 */
export function rowParents({ shared, parents, clean }: PairTree, before: number, after: number): Int32Array {
  const [rows, nodes] = [shared.length, clean.length];
  const first = before * nodes; // of the shared rows
  const result = new Int32Array(rows + (before + after) * nodes);
  const parentIn = (start: number, node: number): number => {
    const parent = parents[node]!;
    if (parent === ROOT) return ROOT;
    return parent < rows ? first + parent : start + parent - rows;
  };
  for (let row = 0; row < rows; row++) result[first + row] = parentIn(0, row);
  for (let run = 0; run < before + after; run++) {
    const start = run * nodes + (run < before ? 0 : rows);
    for (let node = 0; node < nodes; node++) result[start + node] = parentIn(start, rows + node);
  }
  return result;
}

/** The position of each row in its prompt, from 0, in the order of {@link PairTree.parents}. */
export function rowPositions({ parents }: Pick<PairTree, "parents">): Int32Array {
  const positions = new Int32Array(parents.length);
  parents.forEach((parent, row) => {
    if (parent !== ROOT) positions[row] = positions[parent]! + 1;
  });
  return positions;
}
