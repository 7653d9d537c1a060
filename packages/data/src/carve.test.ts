import { seededRandom } from "@ft/artifacts";
import { expect, test } from "vitest";
import { carve } from "./carve.ts";

const pair = (clean: string, corrupted: string) => ({ clean, corrupted });
const random = () => seededRandom(0, "carve");

test("carve takes as many pairs as asked if none are linked", () => {
  const pairs = Array.from({ length: 50 }, (_, i) => pair(`a${i}`, `b${i}`));
  expect(carve(pairs, 7, random()).size).toBe(7);
  expect(carve(pairs, 0, random()).size).toBe(0);
  expect(carve(pairs, 50, random()).size).toBe(50);
});

test("carve keeps pairs together that are linked by a prompt, directly or through others", () => {
  // 30 chains of 1 to 4 pairs: x0 -> x1 -> x2 -> ...
  const chains = Array.from({ length: 30 }, (_, x) =>
    Array.from({ length: 1 + (x % 4) }, (_, i) => pair(`${x}.${i}`, `${x}.${i + 1}`)),
  );
  const taken = carve(chains.flat(), 20, random());
  expect(taken.size).toBeGreaterThan(16);
  expect(taken.size).toBeLessThanOrEqual(20);
  for (const chain of chains) expect(new Set(chain.map((link) => taken.has(link))).size).toBe(1);
});

test("carve takes nothing if all pairs are linked and not all are asked for", () => {
  const circle = [0, 1, 2].map((i) => pair(`${i}`, `${(i + 1) % 3}`));
  expect(carve(circle, 2, random()).size).toBe(0);
});
