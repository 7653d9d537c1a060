import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { binding, withPlan } from "../testing/findings.ts";
import { finished } from "../testing/finished.ts";
import { results } from "../testing/results.ts";
import type { FinishedExperiment } from "./read-experiments.ts";
import { README_END, README_START, readmeBlock, replaceBlock } from "./readme.ts";
import { findingsOf } from "./write-findings.ts";

const block = (...experiments: FinishedExperiment[]) => readmeBlock(findingsOf(experiments)).split("\n");
const lines = block(finished("add-sub-300", binding), finished("lcm"));
const lineOf = (of: readonly string[], claim: string) => of.find((line) => line.includes(claim))!;

test("the table has a row per experiment: what was trained, and the difference by seed", () => {
  expect(lines).toContain(
    "| lcm | 10.0% | 72.0% (69.5% to 74.5%) | not run | 82.0% (79.5% to 84.5%) | +10.00 (+10.00 to +10.00) |",
  );
  expect(lines[0]).toMatch(/means and 95% intervals over 3 seeds:$/);
});

test("each claim of several experiments has a line: verdict, counts, pooled contrasts or ranges, and what is open", () => {
  expect(lineOf(lines, "The base model does")).toMatch(
    /^- \*\*Shown\*\* \(shown in 2 of 2 experiments\): The base model .* well\. Measured: .*base model beyond a constant answer \+5\.00 points over 2 experiments\.$/,
  );
  expect(lineOf(lines, "Circuits before")).toMatch(
    /^- \*\*Inconclusive\*\* .* Measured: faithfulness at a checkpoint 90\.0% over 2 experiments; .* Open: .* \(in 2\)\.$/,
  );
  expect(lineOf(lines, "Rank limits")).toMatch(/shown in 1, inconclusive in 1 of 2 experiments/);
  expect(lineOf(lines, "CircuitLoRA answers more")).toContain(
    "circuit-lora minus lora-r8 +10.00 points (+10.00 to +10.00) in add-sub-300",
  );
});

test("many contrasts of a criterion are a range", () => {
  const many = [..."abcde"].reduce((of, name) => withPlan(of, name, "uniform", [0.6, 0.61, 0.62]), results);
  const of = block(finished("lcm", many), finished("sequence", many));
  expect(lineOf(of, "The base model does")).toContain(
    "gain of a method +51.00 to +72.00 points over 7 contrasts, pooled",
  );
});

test("one experiment is neither counted nor named again", () => {
  const one = block(finished("lcm", binding));
  expect(one.join("\n")).not.toMatch(/of 1 experiment|over all experiments|lcm:|in lcm/);
  expect(lineOf(one, "Rank limits")).toMatch(
    /^- \*\*Shown\*\*: .* Measured: rank 32 minus rank 2 \+10\.00 points \(/,
  );
  expect(lineOf(one, "Circuits before")).toMatch(
    /Measured: checkpoint 0: faithfulness 90\.0%, .* Open: 20 random circuits [^()]*\(setting/,
  );
  expect(lineOf(one, "layers whose edges change most")).toContain("in each layer alone was not measured.");
});

test("the block replaces what is between the marks, and nothing else", () => {
  const text = `before\n${README_START}\nold\n${README_END}\nafter\n`;
  const replaced = replaceBlock(text, "new", "README.md");
  expect(replaced).toBe(`before\n${README_START}\n\nnew\n\n${README_END}\nafter\n`);
  expect(replaceBlock(replaced, "new", "README.md")).toBe(replaced);
});

test.each([
  ["none", "text"],
  ["only one", `a ${README_START} b`],
  ["the wrong order", `${README_END} ${README_START}`],
  ["two blocks", `${README_START}${README_END}${README_START}${README_END}`],
])("marks that are %s are refused", (_, text) => {
  expect(() => replaceBlock(text, "new", "README.md")).toThrow(
    /two marks around the findings[\s\S]*README\.md/,
  );
});

test("the README has the marks", () => {
  const file = join(import.meta.dirname, "../../../../README.md");
  expect(replaceBlock(readFileSync(file, "utf8"), "new", file)).toContain("\n\nnew\n\n");
});
