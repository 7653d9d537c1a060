import { expect, test } from "vitest";
import { summarize } from "./profile-summary.ts";
import { profile } from "./testing/report.ts";

test("products are told apart from what is left, and compared with the machine's speed by CPU time", () => {
  const { products, productSpeed, ideal, rest } = summarize(profile);
  expect(products).toBeCloseTo(0.6);
  expect(productSpeed).toBeCloseTo(0.8);
  expect(ideal).toBeCloseTo(250);
  expect(rest.map(({ name }) => name)).toEqual(["gelu", "between operations"]);
  expect(rest[1]!.share).toBeCloseTo(0.1);
});

test("products may have names of their own, and nothing else may pass for one", () => {
  const named = (name: string) =>
    summarize({ ...profile, operations: [{ name, calls: 1, milliseconds: 1000, flops: 1 }] }).products;
  expect(["matMul", "linear", "transposedProduct", "contract"].map(named)).toEqual([1, 1, 1, 1]);
  expect(["attend", "softmax", "normalize"].map(named)).toEqual([0, 0, 0]);
});
