import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeFinished, writeModel } from "../../../packages/report/src/testing/finished.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

const folder = mkdtempSync(join(tmpdir(), "ft-findings-"));
const at = (...names: string[]) => join(folder, ...names);
const printed = capturePrinted();
const findings = (...options: string[]) =>
  main(["findings", at("results"), "--model", at("model"), ...options]);

beforeAll(async () => {
  await writeFinished(at("results"), "lcm", await writeModel(at("model")));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("findings are written next to the experiments, can be repeated, and print the verdicts", async () => {
  await findings("--mark", "quick");
  const page = () => readFileSync(at("results/findings/findings.html"), "utf8");
  const first = page();
  expect(first).toContain('<p class="mark">quick</p>');
  expect(printed.out).toMatch(/^inconclusive {2}Rank is best spent where edges change/m);
  await findings("--mark", "quick");
  expect(printed.err).toBe("");
  expect(page() === first).toBe(true);
});

test("--readme rewrites a file's marked block, and writes no pages", async () => {
  const readme = at("README.md");
  writeFileSync(
    readme,
    "a\n<!-- findings: `npx ft findings --readme` replaces this -->\n<!-- /findings -->\nb\n",
  );
  rmSync(at("results/findings"), { recursive: true, force: true });
  await findings("--readme", readme);
  expect(readFileSync(readme, "utf8")).toMatch(/^a\n<!--[\s\S]*\| lcm \|[\s\S]*-->\nb\n$/);
  expect(existsSync(at("results/findings"))).toBe(false);
});

test.each(["results", "."])("--out %s would replace the experiments, and is refused", async (out) => {
  await findings("--out", at(out));
  expect(printed.err).toMatch(/--out would be replaced as a whole/);
  expect(process.exitCode).toBe(1);
  expect(existsSync(at("results/lcm/report/summary.arrow"))).toBe(true);
});

test("--out with other files is refused, an empty folder is not", async () => {
  mkdirSync(at("mine"));
  await findings("--out", at("mine"));
  expect(existsSync(at("mine/findings.html"))).toBe(true);
  mkdirSync(at("other"));
  writeFileSync(at("other/notes"), "");
  await findings("--out", at("other"));
  expect(printed.err).toMatch(/holds something other than findings/);
  expect(existsSync(at("other/notes"))).toBe(true);
});
