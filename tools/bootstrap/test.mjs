// @ts-check
/** `npm test [-- FILTERS]`: from a fresh clone to all tests run. Its last line is `N passed, N failed`. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countLine } from "./count-reporter.mjs";
import { prepare } from "./prepare.mjs";
import { runNode } from "./run.mjs";

/** What is reported where nothing could be tested, or vitest ended before it had counted. */
const NOTHING = { passed: 0, failed: 1, skipped: 0 };

const counts = (await prepare()) ? await test(process.argv.slice(2)) : NOTHING;
console.log(countLine(counts));
if (counts.failed > 0) process.exitCode ??= 1;

/**
 * Runs the tests whose files match a filter, or all.
 *
 * @param {readonly string[]} filters
 */
async function test(filters) {
  const folder = mkdtempSync(join(tmpdir(), "ft-test-"));
  const file = join(folder, "counts.json");
  try {
    const reporters = ["--reporter=default", "--reporter=./tools/bootstrap/count-reporter.mjs"];
    const code = await runNode("node_modules/vitest/vitest.mjs", ["run", ...reporters, ...filters], {
      FT_TEST_COUNTS: file,
    });
    const counts = readCounts(file);
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} file
 * @returns {import("./count-reporter.mjs").Counts}
 */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return NOTHING;
  }
}
