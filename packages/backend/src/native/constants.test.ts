import { beforeEach, expect, test } from "vitest";
import type { Binding } from "./binding.ts";
import { Constants } from "./constants.ts";

let alive: Map<number, string>;
let constants: Constants;
beforeEach(() => {
  alive = new Map();
  let ids = 0;
  constants = new Constants({
    TF_FLOAT: 1,
    TF_INT32: 3,
    createTensor(shape: number[], dtype: number, values: ArrayLike<number>) {
      alive.set(++ids, `${dtype}[${shape}] ${Array.from(values)}`);
      return ids;
    },
    deleteTensor: (id: number) => alive.delete(id),
  } as unknown as Binding);
});

test("each constant is made once", () => {
  const ids = [constants.float(0.5), constants.int(2), constants.ints([2]), constants.ints([2, 3])];
  expect(ids.map((id) => alive.get(id))).toEqual(["1[] 0.5", "3[] 2", "3[1] 2", "3[2] 2,3"]);
  expect([constants.float(0.5), constants.int(2), constants.ints([2]), constants.ints([2, 3])]).toEqual(ids);
  expect(constants.size).toBe(4);
});

test("a bounded number is kept, however many are used", () => {
  for (let i = 0; i < 20_000; i++) {
    constants.float(i);
    constants.ints([i, i]);
    constants.trim();
  }
  expect(alive.size).toBe(constants.size);
  expect(alive.size).toBeLessThanOrEqual(4096);
});
