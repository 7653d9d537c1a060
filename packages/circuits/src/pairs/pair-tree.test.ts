import { ROOT } from "@ft/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Pair } from "./pair.ts";
import { growTrees, type PairTree, rowParents, rowPositions } from "./pair-tree.ts";

/** Pairs over few tokens, so many share a beginning. */
const pairs = fc.array(
  fc.array(fc.tuple(fc.nat(2), fc.boolean()), { minLength: 1, maxLength: 5 }).map((tokens): Pair => {
    const clean = tokens.map(([token]) => token);
    return { clean, corrupted: tokens.map(([token, differs]) => token + (differs ? 3 : 0)), answer: 0 };
  }),
  { minLength: 1, maxLength: 12 },
);

/** The two prompts that end at a node. */
function promptsAt({ shared, clean, corrupted, parents }: PairTree, row: number): [number[], number[]] {
  const prompts: [number[], number[]] = [[], []];
  for (let at = row; at !== ROOT; at = parents[at]!) {
    const node = at - shared.length;
    prompts[0].unshift(node < 0 ? shared[at]! : clean[node]!);
    prompts[1].unshift(node < 0 ? shared[at]! : corrupted[node]!);
  }
  return prompts;
}

function expectEveryPair(trees: PairTree[], all: readonly Pair[]): void {
  const found = trees.flatMap((tree) => {
    const first = tree.shared.length + tree.clean.length - tree.members.length;
    return tree.members.map((member, i) => ({ member, prompts: promptsAt(tree, first + i) }));
  });
  found.sort((a, b) => a.member - b.member);
  expect(found).toEqual(all.map(({ clean, corrupted }, member) => ({ member, prompts: [clean, corrupted] })));
}

test("each pair is read back from one of the last nodes, whether branches are shared or not", () => {
  fc.assert(
    fc.property(pairs, fc.boolean(), fc.integer({ min: 1, max: 20 }), (all, share, maximum) => {
      expectEveryPair(growTrees(all, maximum, share), all);
    }),
  );
});

test("no two nodes represent the same prompts, except the last ones", () => {
  fc.assert(
    fc.property(pairs, (all) => {
      const [tree] = growTrees(all, Number.POSITIVE_INFINITY) as [PairTree];
      const inner = tree.shared.length + tree.clean.length - tree.members.length;
      const prompts = Array.from({ length: inner }, (_, row) => JSON.stringify(promptsAt(tree, row)));
      expect(new Set(prompts).size).toBe(inner);
    }),
  );
});

test("a full tree gets no further pair", () => {
  const all = [1, 2, 3].map((token): Pair => ({ clean: [0, token, 9], corrupted: [0, 4, 9], answer: 0 }));
  expect(growTrees(all, 3).map(({ members }) => members)).toEqual([[0, 1], [2]]);
});

test("every copy of the nodes has its own parents, and all start from the shared rows", () => {
  const all: Pair[] = [{ clean: [7, 1, 9], corrupted: [7, 2, 9], answer: 0 }];
  const [tree] = growTrees(all, 10) as [PairTree];
  // Clean 1 9, corrupted 1 9, shared 7, one point's 1 9.
  expect([...rowParents(tree, 2, 1)]).toEqual([4, 0, 4, 2, ROOT, 4, 5]);
  expect([...rowParents(tree, 0, 1)]).toEqual([ROOT, 0, 1]);
});

test("without merging, clean and corrupted prompts share no row, and prompts still share prefixes", () => {
  fc.assert(
    fc.property(pairs, (all) => {
      const trees = growTrees(all, 20, true, false);
      expectEveryPair(trees, all);
      expect(trees.every(({ shared }) => shared.length === 0)).toBe(true);
    }),
  );
  const alike = [1, 2].map((token): Pair => ({ clean: [7, 8, token], corrupted: [7, 8, 3], answer: 0 }));
  const [tree] = growTrees(alike, 20, true, false) as [PairTree];
  expect([...tree.clean]).toEqual([7, 8, 1, 2]);
  expect([...rowPositions(tree)]).toEqual([0, 1, 2, 2]);
});
