import { expect, test } from "vitest";
import { parse, range, samples } from "../testing/samples.ts";

const GRAMMAR =
  /Calculate the result of the following arithmetic expression and provide only the final answer: (\d+) ([*/]) (\d+) =/;

function solve(prompt: string) {
  const [a, operator, b] = parse(prompt, GRAMMAR);
  const [first, second] = [Number(a), Number(b)];
  return { first, operator, second, answer: operator === "*" ? first * second : first / second };
}

const pairs = samples("mul-div");
const solved = pairs.map((pair) => ({ ...pair, from: solve(pair.clean), to: solve(pair.corrupted) }));

test("mul-div answers both prompts correctly, without a remainder", () => {
  for (const { from, to, answer, corruptedAnswer } of solved) {
    expect(answer).toBe(String(from.answer));
    expect(corruptedAnswer).toBe(String(to.answer));
    expect(Number.isInteger(from.answer) && Number.isInteger(to.answer)).toBe(true);
  }
});

test("mul-div replaces the first operand and nothing else", () => {
  for (const { kind, from, to } of solved) {
    expect([to.operator, to.second]).toEqual([from.operator, from.second]);
    expect(kind).toBe(from.operator === "*" ? "mul" : "div");
  }
});

test("mul-div multiplies 2..200 by 2..180 and divides by 2..200 to give 2..200", () => {
  const products = solved.filter(({ kind }) => kind === "mul");
  const quotients = solved.filter(({ kind }) => kind === "div");
  expect(range(products.flatMap(({ from, to }) => [from.first, to.first]))).toEqual([2, 200]);
  expect(range(products.map(({ from }) => from.second))).toEqual([2, 180]);
  expect(range(quotients.map(({ from }) => from.second))).toEqual([2, 200]);
  expect(range(quotients.flatMap(({ from, to }) => [from.answer, to.answer]))).toEqual([2, 200]);
});

test("mul-div treats both orders of a product as one question", () => {
  for (const { kind, question, from } of solved) {
    const { first, second } = from;
    const either = first < second ? `${first} * ${second}` : `${second} * ${first}`;
    expect(question).toBe(kind === "mul" ? either : undefined);
  }
});
