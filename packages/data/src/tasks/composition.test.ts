import { describe, expect, test } from "vitest";
import { parse, range, samples } from "../testing/samples.ts";

const SENTENCE =
  /Calculate the result of the following arithmetic expression and provide only the final answer: /.source;
const WHOLE = new RegExp(`${SENTENCE}\\((\\d+) ([+-]) (\\d+)\\) ([*/]) (\\d+) =`);
const STEP = new RegExp(`${SENTENCE}(\\d+) ([-+*/]) (\\d+) =`);

function apply(a: number, operator: string, b: number): number {
  return { "+": a + b, "-": a - b, "*": a * b, "/": a / b }[operator]!;
}

function readWhole(prompt: string) {
  const [a, inner, b, outer, c] = parse(prompt, WHOLE) as [string, string, string, string, string];
  const bracket = apply(Number(a), inner, Number(b));
  return {
    operands: [Number(a), Number(b)],
    inner,
    bracket,
    outer,
    outerOperand: Number(c),
    answer: apply(bracket, outer, Number(c)),
  };
}

function readStep(prompt: string) {
  const [a, operator, b] = parse(prompt, STEP) as [string, string, string];
  return { first: Number(a), operator, second: Number(b), answer: apply(Number(a), operator, Number(b)) };
}

const NAMES = { "+": "add", "-": "sub", "*": "mul", "/": "div" } as Record<string, string>;

describe("composition", () => {
  const pairs = samples("composition").map((pair) => ({
    ...pair,
    from: readWhole(pair.clean),
    to: readWhole(pair.corrupted),
  }));

  test("answers both prompts correctly, without a remainder", () => {
    for (const { from, to, answer, corruptedAnswer } of pairs) {
      expect(answer).toBe(String(from.answer));
      expect(corruptedAnswer).toBe(String(to.answer));
      expect(Number.isInteger(from.answer) && Number.isInteger(to.answer)).toBe(true);
    }
  });

  test("replaces the outer operand and nothing else", () => {
    for (const { kind, clean, corrupted, from, to } of pairs) {
      expect(to.outerOperand).not.toBe(from.outerOperand);
      expect(corrupted).toBe(clean.replace(/\d+ =$/, `${to.outerOperand} =`));
      expect(kind).toBe(`${NAMES[from.inner]}-${NAMES[from.outer]}`);
    }
  });

  test("keeps the bracket within 100, the larger operand first, and multiplies by 2..100", () => {
    expect(range(pairs.flatMap(({ from }) => from.operands))).toEqual([1, 100]);
    for (const { operands } of pairs.map(({ from }) => from))
      expect(operands[0]).toBeGreaterThanOrEqual(operands[1]!);
    const products = pairs.filter(({ from }) => from.outer === "*");
    expect(range(products.flatMap(({ from, to }) => [from.outerOperand, to.outerOperand]))).toEqual([2, 100]);
  });
});

test("composition's first step is an add-sub prompt within 100, corrupted as there", () => {
  for (const { kind, clean, corrupted, answer, corruptedAnswer } of samples("composition", {
    part: "add-sub",
  })) {
    const { first, operator, second, answer: value } = readStep(clean);
    expect([kind, answer]).toEqual([NAMES[operator], String(value)]);
    expect(corrupted).toBe(clean.replace(/ [+-] /, operator === "+" ? " - " : " + "));
    expect(corruptedAnswer).toBe(String(readStep(corrupted).answer));
    expect(first).toBeLessThanOrEqual(100);
    expect(first).toBeGreaterThanOrEqual(second);
  }
});

test("composition's second step takes the bracket's value, corrupted in the outer operand", () => {
  for (const { kind, clean, corrupted, answer, corruptedAnswer } of samples("composition", {
    part: "mul-div",
  })) {
    const from = readStep(clean);
    const to = readStep(corrupted);
    expect([kind, answer, corruptedAnswer]).toEqual([
      NAMES[from.operator],
      String(from.answer),
      String(to.answer),
    ]);
    expect([to.first, to.operator]).toEqual([from.first, from.operator]);
    expect(to.second).not.toBe(from.second);
    expect(from.first).toBeLessThanOrEqual(200);
  }
});
