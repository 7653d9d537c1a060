import { expect, test } from "vitest";
import { broadcastShape, broadcastStrides, inFour, stridesOf } from "./layout.ts";

test("strides of a tensor and of one that is broadcast", () => {
  expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
  expect(stridesOf([])).toEqual([]);
  expect(broadcastStrides([3, 1], [2, 3, 4])).toEqual([0, 1, 0]);
});

test("dimensions that all operands step through as one are merged", () => {
  expect(inFour([2, 3, 4], [12, 4, 1])).toEqual([
    [1, 1, 1, 24],
    [0, 0, 0, 1],
  ]);
  // A row added to a matrix [2, 3, 4]; a transpose of the last two dimensions.
  expect(inFour([2, 3, 4], [12, 4, 1], [0, 0, 1])).toEqual([
    [1, 1, 6, 4],
    [0, 0, 4, 1],
    [0, 0, 0, 1],
  ]);
  expect(inFour([2, 4, 3], [12, 1, 4], [12, 3, 1])).toEqual([
    [1, 2, 4, 3],
    [0, 12, 1, 4],
    [0, 12, 3, 1],
  ]);
});

test("dimensions of one element are dropped, and more than four are refused", () => {
  expect(inFour([1, 5, 1, 2], [9, 4, 7, 1])).toEqual([
    [1, 1, 5, 2],
    [0, 0, 4, 1],
  ]);
  expect(inFour([2, 2, 2, 2, 2], [1, 2, 4, 8, 16])).toBeUndefined();
});

test("shapes broadcast as in NumPy", () => {
  expect(broadcastShape([3, 1], [2, 1, 4])).toEqual([2, 3, 4]);
  expect(() => broadcastShape([2, 3], [2])).toThrow("do not broadcast");
});
