/** The README's results are those of results/, which only a finished reproduction has. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { subfolders } from "@ft/artifacts";
import { expect, test } from "vitest";
import { readExperiments } from "./read-experiments.ts";
import { readmeBlock, replaceBlock } from "./readme.ts";
import { findingsOf } from "./write-findings.ts";

const root = join(import.meta.dirname, "../../../..");
const results = join(root, "results");
const skipped = existsSync(results) ? "" : " (skipped: no results/)";

test.skipIf(!existsSync(results))(`the README's findings are those of results/${skipped}`, async () => {
  const file = join(root, "README.md");
  const models = subfolders(join(root, "models")).map((name) => join(root, "models", name));
  const block = readmeBlock(findingsOf(await readExperiments(results, models)));
  const text = readFileSync(file, "utf8");
  expect(replaceBlock(text, block, file), "write it with `npx ft findings --readme`").toBe(text);
});
