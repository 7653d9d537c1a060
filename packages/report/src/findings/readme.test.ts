import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { binding } from "../testing/findings.ts";
import { finished } from "../testing/finished.ts";
import { README_END, README_START, readmeBlock, replaceBlock } from "./readme.ts";
import { findingsOf } from "./write-findings.ts";

const lines = readmeBlock(findingsOf([finished("add-sub-300", binding), finished("lcm")])).split("\n");

test("the table has a row per task: what was trained, the difference by seed, and its seeds", () => {
  const text = lines.map((line) => line.replaceAll("\u00a0", " "));
  expect(text).toContain(
    "| lcm | 10.0% | 72.0% (69.5% to 74.5%) | not run | 82.0% (79.5% to 84.5%) | +10.00 (+10.00 to +10.00) | 3 |",
  );
});

test("each claim has a line: verdict, counts, pooled contrasts or what one experiment says", () => {
  const line = (claim: string) => lines.find((one) => one.includes(claim))!;
  expect(line("The base model does")).toMatch(
    /^- \*\*Shown\*\* \(shown in 2 of 2 experiments\): The base model .*lora-r8: after minus before: \+62\.00 points \(.*\) over 2 tasks/,
  );
  expect(line("Circuits before")).toMatch(
    /^- \*\*Inconclusive\*\* .* add-sub-300: Circuits of 5\.0% of the edges/,
  );
  expect(line("Rank limits")).toMatch(/shown in 1, inconclusive in 1 of 2 experiments/);
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
