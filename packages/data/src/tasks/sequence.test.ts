import { expect, test } from "vitest";
import { kinds, parse, range, samples } from "../testing/samples.ts";

const GRAMMAR = /Derive the following sequence: (\d+), (\d+), (\d+), (\d+),/;

const terms = (prompt: string) => parse(prompt, GRAMMAR).map(Number);

const pairs = samples("sequence").map((pair) => ({
  ...pair,
  from: terms(pair.clean),
  to: terms(pair.corrupted),
}));

test("sequence continues an arithmetic sequence by its step and a geometric one by its ratio", () => {
  for (const { kind, from, answer } of pairs) {
    const [a, b, c, d] = from as [number, number, number, number];
    if (kind === "arithmetic") {
      expect([c - b, d - c]).toEqual([b - a, b - a]);
      expect(answer).toBe(String(d + (b - a)));
    } else {
      expect([c * a, d * a]).toEqual([b * b, b * c]);
      expect(answer).toBe(String((d * b) / a));
    }
  }
});

test("sequence draws starts, steps and ratios from the ranges of the paper", () => {
  const of = (kind: string) => pairs.filter((pair) => pair.kind === kind).map(({ from }) => from);
  expect(range(of("arithmetic").map(([a]) => a!))).toEqual([1, 500]);
  expect(range(of("arithmetic").map(([a, b]) => b! - a!))).toEqual([1, 100]);
  expect(range(of("geometric").map(([a]) => a!))).toEqual([1, 10]);
  expect(range(of("geometric").map(([a, b]) => b! / a!))).toEqual([2, 10]);
  expect(kinds(pairs).arithmetic! / pairs.length).toBeCloseTo(0.5, 1);
});

test("sequence raises one of the last two terms shown by 1..100, which leaves no right answer", () => {
  const raises = pairs.map(({ from, to, corruptedAnswer }) => {
    const changed = [0, 1, 2, 3].filter((i) => from[i] !== to[i]);
    expect(changed.length).toBe(1);
    expect(corruptedAnswer).toBeUndefined();
    return { at: changed[0]!, by: to[changed[0]!]! - from[changed[0]!]! };
  });
  expect(range(raises.map(({ at }) => at))).toEqual([2, 3]);
  expect(range(raises.map(({ by }) => by))).toEqual([1, 100]);
});

test("sequence asks for one token in each of its five terms and in the raised one", () => {
  for (const { from, to, answer, terms: single } of pairs) {
    expect(new Set(single)).toEqual(new Set([...from, ...to].map(String).concat(answer)));
  }
});
