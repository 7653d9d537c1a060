import { expect, test } from "vitest";
import { overlap } from "./overlap.ts";

test("overlap is the intersection over the union, over the first and over the second set", () => {
  expect(overlap(new Set([1, 2, 3, 4]), new Set([3, 4, 5]))).toEqual({
    shared: 2,
    jaccard: 2 / 5,
    shareOfFirst: 2 / 4,
    shareOfSecond: 2 / 3,
  });
});

test("two empty sets are the same, and an empty set has no part outside another", () => {
  const [none, some] = [new Set<number>(), new Set([1])];
  expect(overlap(none, none)).toEqual({ shared: 0, jaccard: 1, shareOfFirst: 1, shareOfSecond: 1 });
  expect(overlap(none, some)).toEqual({ shared: 0, jaccard: 0, shareOfFirst: 1, shareOfSecond: 0 });
});
