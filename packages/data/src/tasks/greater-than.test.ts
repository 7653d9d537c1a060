import { expect, test } from "vitest";
import { parse, range, samples } from "../testing/samples.ts";

const GRAMMAR = /The ([a-z]+) lasted from the year (\d\d)(\d\d) to the year (\d\d)/;

const pairs = samples("greater-than").map((pair) => {
  const [noun, century, start, end] = parse(pair.clean, GRAMMAR);
  return { ...pair, noun, century, start: Number(start), end };
});

test("greater-than answers with a year after the start, and wrongly with one after the corrupted start alone", () => {
  for (const { century, end, start, corrupted, answer, corruptedAnswer } of pairs) {
    expect(end).toBe(century);
    expect(answer).toMatch(/^\d\d$/);
    expect(Number(answer)).toBeGreaterThan(start);
    expect(corruptedAnswer).toMatch(/^\d\d$/);
    expect(Number(corruptedAnswer)).toBeLessThanOrEqual(start);
    const before = Number(parse(corrupted, GRAMMAR)[2]);
    expect(Number(corruptedAnswer)).toBeGreaterThan(before);
  }
});

test("greater-than replaces the start by the year 01 of the same century", () => {
  for (const { clean, corrupted, noun, century } of pairs) {
    expect(parse(corrupted, GRAMMAR)).toEqual([noun, century, "01", century]);
    expect(corrupted).not.toBe(clean);
  }
  expect(range(pairs.map(({ century }) => Number(century)))).toEqual([11, 17]);
  expect(range(pairs.map(({ start }) => start))).toEqual([2, 98]);
});

test("greater-than draws every right year equally often: the mean over pairs estimates the mean over the set", () => {
  /** Six standard errors of the mean of 3,000 uniform numbers from 0 to 1, each of variance 1/12. */
  const SIX_ERRORS = 6 * Math.sqrt(1 / 12 / pairs.length);
  const places = pairs.map(({ start, answer }) => (Number(answer) - start - 0.5) / (99 - start));
  expect(Math.abs(places.reduce((sum, place) => sum + place, 0) / places.length - 1 / 2)).toBeLessThan(
    SIX_ERRORS,
  );
});
