// @ts-check
/** `npm test [-- FILTERS]`: from a fresh clone to all tests run. Its last line is `N passed, N failed`. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countLine, countTests } from "./count-tests.mjs";
import { prepare } from "./prepare.mjs";
import { runNode } from "./run.mjs";

if (await prepare()) {
  process.exitCode = await test(process.argv.slice(2));
} else {
  console.log(countLine(countTests(undefined, 1)));
  process.exitCode ??= 1;
}

/**
 * Runs the tests whose files match a filter, or all.
 *
 * @param {readonly string[]} filters
 * @returns {Promise<number>} the exit code
 */
async function test(filters) {
  const folder = mkdtempSync(join(tmpdir(), "ft-test-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await runNode("node_modules/vitest/vitest.mjs", ["run", ...reporters, ...filters]);
    const counts = countTests(readReport(report), code);
    console.log(countLine(counts));
    return counts.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} file
 * @returns {import("./count-tests.mjs").Report | undefined} undefined where vitest ended before it wrote one
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
