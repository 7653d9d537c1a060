import { describe, expect, test } from "vitest";
import { findTask } from "../find-task.ts";
import { kinds, parse, range, samples } from "../testing/samples.ts";

const GRAMMAR =
  /Calculate the result of the following arithmetic expression and provide only the final answer: (\d+) ([+-]) (\d+) =/;

function solve(prompt: string) {
  const [a, operator, b] = parse(prompt, GRAMMAR);
  const [first, second] = [Number(a), Number(b)];
  return { first, operator, second, answer: operator === "+" ? first + second : first - second };
}

describe.each([2, 100, 300])("add-sub within %i", (within) => {
  const pairs = samples("add-sub", { within });

  test("answers both prompts correctly", () => {
    for (const { clean, corrupted, answer, corruptedAnswer } of pairs) {
      expect(answer).toBe(String(solve(clean).answer));
      expect(corruptedAnswer).toBe(String(solve(corrupted).answer));
    }
  });

  test("swaps the operator and nothing else", () => {
    for (const { kind, clean, corrupted } of pairs) {
      expect(corrupted).toBe(clean.replace(/[+-]/, (operator) => (operator === "+" ? "-" : "+")));
      expect(kind).toBe(solve(clean).operator === "+" ? "add" : "sub");
    }
  });

  test("draws operands from all of 1..N, the larger first", () => {
    const solved = pairs.map(({ clean }) => solve(clean));
    for (const { first, second } of solved) expect(first).toBeGreaterThanOrEqual(second);
    expect(range(solved.flatMap(({ first, second }) => [first, second]))).toEqual([1, within]);
  });
});

test("add-sub draws each operator about half the time", () => {
  const { add, sub } = kinds(samples("add-sub"));
  expect(add! / (add! + sub!)).toBeCloseTo(0.5, 1);
});

test("add-sub finds circuits on 500 prompts within 100 and on 1,000 beyond", () => {
  const sizes = [100, 101, 500]
    .map((within) => findTask("add-sub").sampler({ within }).defaults)
    .map(({ examples, circuit }) => examples * circuit);
  expect(sizes).toEqual([500, 1_000, 1_000]);
});
