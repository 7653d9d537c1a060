import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applyMutant } from "./apply.ts";
import { mutants } from "./declared/index.ts";
import type { Mutant } from "./mutant.ts";

describe("applyMutant", () => {
  const source =
    "export function half(x: number) {\n  return x /\n    2;\n}\nconst twice = (x: number) => x * 2 * 2;\n";
  const apply = (change: Partial<Mutant>) =>
    applyMutant({ file: "a.ts", within: "half", from: "x / 2", to: "x / 3", ...change }, source);

  test("replaces the expression inside the function it names, however it is laid out", () => {
    expect(apply({})).toBe(source.replace("x /\n    2", "x / 3"));
  });

  test.each<[string, Partial<Mutant>]>([
    ["a declaration of third occurs 0 times", { within: "third" }],
    ["the expression within half occurs 0 times", { from: "x * 2" }],
    ["the expression within twice occurs 2 times", { within: "twice", from: "* 2" }],
    ["it changes nothing", { from: "return", to: "return" }],
    ["the mutated source does not parse", { to: "x /" }],
  ])("names a mutant that cannot be applied: %s", (problem, change) => {
    expect(() => apply(change)).toThrow(/^mutant a\.ts /);
    expect(() => apply(change)).toThrow(problem);
  });
});

test("every declared mutant applies, once, and there are at least 40", () => {
  const root = join(import.meta.dirname, "../..");
  const problems = mutants.flatMap(({ mutant }) => {
    try {
      applyMutant(mutant, readFileSync(join(root, mutant.file), "utf8"));
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  expect(problems).toEqual([]);
  expect(new Set(mutants.map(({ mutant }) => JSON.stringify(mutant))).size).toBe(mutants.length);
  expect(mutants.length).toBeGreaterThanOrEqual(40);
});
