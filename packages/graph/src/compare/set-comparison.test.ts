import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeRate, compareSets } from "./set-comparison.ts";

const sets = fc.uniqueArray(fc.integer({ min: 0, max: 5 })).map((members) => new Set(members));

describe("compareSets", () => {
  test("adding and removing the differences turns the first set into the second", () => {
    fc.assert(
      fc.property(sets, sets, (before, after) => {
        const { added, removed } = compareSets(before, after);
        const turned = new Set([...before].filter((member) => !removed.includes(member)).concat(added));
        expect(turned).toEqual(after);
        expect(
          added.every((member) => !before.has(member)) && removed.every((member) => before.has(member)),
        ).toBe(true);
      }),
    );
  });

  test("Jaccard is the intersection over the union, in either order, and 1 only for equal sets", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const either = new Set([...a, ...b]).size;
        const both = [...a].filter((member) => b.has(member)).length;
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
    const before = new Map([[1, 0.5]]);
    const after = new Map([
      [1, 2],
      [2, 1],
    ]);
    expect(compareSets(before, after)).toEqual({
      before: 1,
      after: 2,
      added: [2],
      removed: [],
      jaccard: 0.5,
    });
  });
});

describe("changeRate", () => {
  test("divides what was added and removed by the reference", () => {
    const comparison = compareSets(new Set([1, 2]), new Set([2, 3, 4]));
    expect(changeRate(comparison, 2)).toBe(1.5);
    expect(changeRate(comparison, 4)).toBe(0.75);
  });

  test("is 0 without a change, even of nothing, and infinite for any change of nothing", () => {
    expect(changeRate(compareSets(new Set(), new Set()), 0)).toBe(0);
    expect(changeRate(compareSets(new Set(), new Set([1])), 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
