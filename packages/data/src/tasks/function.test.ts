import { expect, test } from "vitest";
import { parse, range, samples } from "../testing/samples.ts";

const GRAMMAR = /There is a function y=(\d+)x\+(\d+)\. Given x=1,2,3,4, y=(\d+),(\d+),(\d+),/;

function read(prompt: string) {
  const [slope, intercept, ...values] = parse(prompt, GRAMMAR).map(Number);
  return { slope: slope!, intercept: intercept!, values };
}

const pairs = samples("function").map((pair) => ({
  ...pair,
  from: read(pair.clean),
  to: read(pair.corrupted),
}));

test("function tabulates the line it states and answers with its fourth value", () => {
  for (const { from, to, answer, corruptedAnswer } of pairs) {
    for (const { slope, intercept, values } of [from, to]) {
      expect(values).toEqual([intercept + slope, intercept + 2 * slope, intercept + 3 * slope]);
    }
    expect(answer).toBe(String(from.values[2]! + from.slope));
    expect(corruptedAnswer).toBe(String(to.values[2]! + to.slope));
  }
});

test("function replaces the intercept and keeps the slope, within the ranges of the paper", () => {
  for (const { from, to } of pairs) expect(to.slope).toBe(from.slope);
  expect(range(pairs.map(({ from }) => from.slope))).toEqual([1, 20]);
  expect(range(pairs.flatMap(({ from, to }) => [from.intercept, to.intercept]))).toEqual([1, 500]);
});
