import { expect, test } from "vitest";
import { kinds, parse, range, samples } from "../testing/samples.ts";

const GRAMMAR =
  /Calculate the least common multiple \(LCM\) of two numbers\. LCM\((\d+), (\d+)\) = (\d+), LCM\((\d+), (\d+)\) =/;

/** The smallest multiple of a that b divides, found by counting up. */
function lcm(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}

type Pair = [number, number];

function read(prompt: string): { worked: Pair; value: number; asked: Pair } {
  const [a, b, value, c, d] = parse(prompt, GRAMMAR).map(Number) as [number, number, number, number, number];
  return { worked: [a, b], value, asked: [c, d] };
}

const divides = ([a, b]: Pair) => b % a === 0 && b > a;
const coprime = ([a, b]: Pair) => lcm(a, b) === a * b;

const pairs = samples("lcm").map((pair) => ({ ...pair, from: read(pair.clean), to: read(pair.corrupted) }));

test("lcm works its example correctly and answers both questions correctly", () => {
  for (const { from, to, answer, corruptedAnswer } of pairs) {
    expect(from.value).toBe(lcm(...from.worked));
    expect(answer).toBe(String(lcm(...from.asked)));
    expect(corruptedAnswer).toBe(String(lcm(...to.asked)));
  }
});

test("lcm keeps the worked example and does not ask for it again", () => {
  for (const { from, to } of pairs) {
    expect([to.worked, to.value]).toEqual([from.worked, from.value]);
    expect(from.asked.toSorted()).not.toEqual(from.worked.toSorted());
  }
});

test("lcm draws all pairs of a prompt from the kind it says", () => {
  const of = (kind: string) =>
    pairs.filter((pair) => pair.kind === kind).flatMap(({ from, to }) => [from.worked, from.asked, to.asked]);
  expect(of("multiple").every(divides)).toBe(true);
  expect(range(of("multiple").map(([a]) => a))).toEqual([1, 50]);
  expect(range(of("multiple").map(([a, b]) => b / a))).toEqual([2, 10]);
  expect(of("coprime").every(coprime)).toBe(true);
  expect(range(of("coprime").flat())).toEqual([1, 100]);
  expect(of("common-factor").every((pair) => !coprime(pair) && pair[0] !== pair[1])).toBe(true);
  expect(range(of("common-factor").flat())).toEqual([4, 500]);
  expect(Object.keys(kinds(pairs)).sort()).toEqual(["common-factor", "coprime", "multiple"]);
});

test("lcm treats both orders of a pair as one question", () => {
  for (const { question, from } of pairs) {
    const [small, large] = from.asked.toSorted((a, b) => a - b);
    expect(question).toBe(`LCM(${small}, ${large})`);
  }
});
