import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeRate, compareSets } from "./set-comparison.ts";

const sets = fc.uniqueArray(fc.constantFrom(..."abcdef")).map((names) => new Set(names));

describe("compareSets", () => {
  test("what is added and removed turns the first set into the second", () => {
    fc.assert(
      fc.property(sets, sets, (before, after) => {
        const { added, removed } = compareSets(before, after);
        const turned = new Set([...before].filter((name) => !removed.includes(name)).concat(added));
        expect(turned).toEqual(after);
        expect(added.every((name) => !before.has(name)) && removed.every((name) => before.has(name))).toBe(
          true,
        );
      }),
    );
  });

  test("Jaccard is the share of both in either, whichever comes first, and 1 only for equal sets", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const either = new Set([...a, ...b]).size;
        const both = [...a].filter((name) => b.has(name)).length;
        const { jaccard } = compareSets(a, b);
        expect(jaccard).toBe(either === 0 ? 1 : both / either);
        expect(compareSets(b, a).jaccard).toBe(jaccard);
        expect(jaccard === 1).toBe(either === both);
      }),
    );
  });

  test("two empty sets are the same", () => {
    expect(compareSets(new Set(), new Set())).toEqual({
      before: 0,
      after: 0,
      added: [],
      removed: [],
      jaccard: 1,
    });
  });

  test("compares maps by their keys", () => {
    const before = new Map([["a", 1]]);
    const after = new Map([
      ["a", 2],
      ["b", 1],
    ]);
    expect(compareSets(before, after)).toEqual({
      before: 1,
      after: 2,
      added: ["b"],
      removed: [],
      jaccard: 0.5,
    });
  });
});

describe("changeRate", () => {
  test("divides what was added and removed by the reference", () => {
    const comparison = compareSets(new Set(["a", "b"]), new Set(["b", "c", "d"]));
    expect(changeRate(comparison, 2)).toBe(1.5);
    expect(changeRate(comparison, 4)).toBe(0.75);
  });

  test("is 0 without a change, even of nothing, and infinite for any change of nothing", () => {
    expect(changeRate(compareSets(new Set(), new Set()), 0)).toBe(0);
    expect(changeRate(compareSets(new Set(), new Set(["a"])), 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
