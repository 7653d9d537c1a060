import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeHash, createProvenance, kindsSchema, writeTable } from "@ft/artifacts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkParts } from "./check-parts.ts";

const OTHER = "0".repeat(64);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ft-parts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A train stage's table, computed by some code. */
async function part(experiment: string, code: string, stage = "train"): Promise<void> {
  const provenance = createProvenance({ producer: { experiment, stage, uses: "train" }, code });
  await writeTable(join(folder, experiment, stage), kindsSchema, [], provenance);
}

test("parts of the same code join, wherever it is from, and a missing folder is no part", async () => {
  checkParts(join(folder, "none"), new Set());
  await part("lcm", OTHER);
  await part("sequence", OTHER);
  checkParts(folder);
});

test("parts of different code are refused, both named", async () => {
  await part("lcm", OTHER);
  await part("sequence", codeHash("train"));
  expect(() => checkParts(folder)).toThrow(
    /sequence\.train and lcm\.train are not results of the same code\n.*sequence.train\n.*train: .* and 000000000000"\n/,
  );
});

test("what is computed here joins only results of the code here, except those it replaces", async () => {
  await part("lcm", OTHER);
  await part("sequence", codeHash("train"));
  expect(() => checkParts(folder, new Set(["sequence"]))).toThrow(/lcm\.train and the code here are not/);
  checkParts(folder, new Set(["lcm"]));
});
