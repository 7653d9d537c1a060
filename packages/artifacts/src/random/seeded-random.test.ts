import { describe, expect, test } from "vitest";
import { seededRandom } from "./seeded-random.ts";

const draws = 60_000;
const many = <T>(draw: () => T): T[] => Array.from({ length: draws }, draw);
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("a stream depends on seed and purpose alone, and stays what it is", () => {
  const first = (seed: number, purpose: string) => seededRandom(seed, purpose).int(0, 999_999);
  expect(first(1, "order")).toBe(first(1, "order"));
  expect([first(1, "order"), first(2, "order"), first(1, "data"), first(-1, "order")]).toMatchInlineSnapshot(`
    [
      286520,
      370717,
      959863,
      825694,
    ]
  `);
});

test("streams of different purposes are uncorrelated", () => {
  const [a, b] = ["a", "b"].map((purpose) => {
    const random = seededRandom(3, purpose);
    return many(() => random.normal());
  });
  const correlation = mean(a!.map((value, i) => value * b![i]!));
  expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(draws));
});

test("seed and purpose cannot be confused", () => {
  expect(seededRandom(1, "1 x").uniform()).not.toBe(seededRandom(11, " x").uniform());
});

describe("integers", () => {
  test("reach both ends, each equally often", () => {
    const random = seededRandom(1, "dice");
    const counts = new Array<number>(6).fill(0);
    for (const face of many(() => random.int(1, 6))) counts[face - 1]!++;
    const expected = draws / 6;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(20.5); // 5 degrees of freedom, p = 0.001
  });

  test("may have a range of one, may be negative, may exceed 32 bits", () => {
    const random = seededRandom(1, "ranges");
    expect(random.int(5, 5)).toBe(5);
    expect(random.int(-3, -2)).toBeLessThan(-1);
    const large = many(() => random.int(0, Number.MAX_SAFE_INTEGER));
    expect(Math.max(...large)).toBeGreaterThan(2 ** 52);
    expect(large.every(Number.isSafeInteger)).toBe(true);
  });

  test("refuse an empty range and anything that is not an integer", () => {
    const random = seededRandom(1, "errors");
    expect(() => random.int(2, 1)).toThrow(RangeError);
    expect(() => random.int(0.5, 1)).toThrow(RangeError);
    expect(() => random.int(0, Number.POSITIVE_INFINITY)).toThrow(RangeError);
    expect(() => seededRandom(0.5, "errors")).toThrow(RangeError);
  });
});

test("uniform numbers fill [0, 1) evenly", () => {
  const random = seededRandom(1, "uniform");
  const values = many(() => random.uniform());
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(mean(values)).toBeCloseTo(0.5, 2);
  expect(mean(values.map((value) => (value - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
});

test("normal numbers have mean 0, variance 1, and the tails of a normal distribution", () => {
  const random = seededRandom(1, "normal");
  const values = many(() => random.normal());
  expect(mean(values)).toBeCloseTo(0, 1);
  expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
  expect(mean(values.map((value) => (Math.abs(value) > 1.96 ? 1 : 0)))).toBeCloseTo(0.05, 2);
});

describe("shuffling", () => {
  test("reaches every order equally often, in place", () => {
    const random = seededRandom(1, "orders");
    const counts = new Map<string, number>();
    for (const order of many(() => random.shuffle([1, 2, 3]).join("")))
      counts.set(order, (counts.get(order) ?? 0) + 1);
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(count / draws).toBeCloseTo(1 / 6, 1);
    const items = [1, 2, 3];
    expect(random.shuffle(items)).toBe(items);
  });

  test("keeps every element, and works on few or none", () => {
    const random = seededRandom(1, "elements");
    const items = Array.from({ length: 100 }, (_, i) => i);
    expect(random.shuffle([...items]).toSorted((a, b) => a - b)).toEqual(items);
    expect(random.shuffle([])).toEqual([]);
    expect(random.shuffle(["only"])).toEqual(["only"]);
  });
});

test("a sample has different elements, each equally likely, and leaves its source alone", () => {
  const random = seededRandom(1, "sample");
  const items = ["a", "b", "c", "d"];
  const samples = many(() => random.sample(items, 2));
  expect(samples.filter(([first, second]) => first === second)).toEqual([]);
  expect(samples.filter((sample) => sample.includes("a")).length / draws).toBeCloseTo(0.5, 2);
  expect(items).toEqual(["a", "b", "c", "d"]);
  expect(random.sample(items, 9).toSorted()).toEqual(items);
  expect(random.sample(items, 0)).toEqual([]);
});
