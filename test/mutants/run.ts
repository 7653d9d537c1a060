/** Runs the tests of each area against each of its mutants: at least one must fail, or the mutant has survived. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { areas, mutants } from "./declared/index.ts";
import { titleOf } from "./mutant.ts";

/** Tests that take longer than this have noticed the mutant. In ms. */
const ENDLESS = 300_000;

/** The outcomes of each area's mutants. */
const outcomes = Object.fromEntries(
  areas.map(({ name }) => [name, { killed: 0, survived: 0, equivalent: 0 }]),
);
afterAll(() => console.table(outcomes));

describe.each(areas.map((area) => [area.name, area] as const))("%s", (name, { tests }) => {
  test.concurrent("passes without a mutant", async () => {
    const { passed, output } = await runTests(undefined, tests);
    expect(passed, output).toBe(true);
  });
  const own = [...mutants.entries()].filter(([, { area }]) => area === name);
  for (const [number, { mutant }] of own) {
    const { equivalent } = mutant;
    test.concurrent(`${titleOf(mutant)}${equivalent ? " (equivalent)" : ""}`, async () => {
      const { passed, output } = await runTests(number, tests);
      outcomes[name]![passed ? (equivalent ? "equivalent" : "survived") : "killed"]++;
      if (equivalent) expect(passed, `not equivalent after all:\n${output}`).toBe(true);
      else expect(passed, `survived ${tests.join(", ")}`).toBe(false);
    });
  }
});

/**
 * Runs tests with a mutant in the code.
 * @param number of the mutant among all; undefined for none
 */
function runTests(
  number: number | undefined,
  filters: readonly string[],
): Promise<{ passed: boolean; output: string }> {
  const cache = mkdtempSync(join(tmpdir(), "ft-mutant-"));
  const args = ["node_modules/vitest/vitest.mjs", "run", "--config", "test/mutants/child.config.ts"];
  const child = spawn(process.execPath, [...args, ...filters], {
    env: {
      ...process.env,
      FT_MUTANT: `${number ?? ""}`,
      FT_MUTANT_CACHE: cache,
      VITEST: "",
      NODE_ENV: "test",
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stop = () => process.kill(-child.pid!, "SIGKILL");
  const timer = setTimeout(stop, ENDLESS);
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => {
      clearTimeout(timer);
      rmSync(cache, { recursive: true, force: true });
      const output = Buffer.concat(chunks).toString();
      // The tests must have been found and have failed: an unreadable file or configuration does not count.
      if (code === 0) done({ passed: true, output });
      else if (code === null || /Tests .*\d+ failed/.test(output)) done({ passed: false, output });
      else failed(new Error(`the tests could not run:\n${output}`));
    });
  });
}
