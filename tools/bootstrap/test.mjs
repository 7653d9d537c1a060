// @ts-check
/** `npm test [-- FILTERS]`: installs, builds and checks everything. Its last line is `N passed, N failed`. */

import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { clearRunRecord, readRunRecord } from "../nx/run-record.mjs";
import { countLine, countTasks, NOTHING, readCounts, taskCounts } from "./counts.mjs";
import { prepare } from "./prepare.mjs";
import { root, runNode } from "./run.mjs";

/** @import { Counts } from "./counts.mjs" */

const filters = process.argv.slice(2);
const counts = (await prepare()) ? await (filters.length > 0 ? testSome(filters) : checkAll()) : NOTHING;
console.log(countLine(counts));
if (counts.failed > 0) process.exitCode ??= 1;

/**
 * Runs the linter, the type checker and all tests whose inputs have changed; other results come from the cache.
 *
 * @returns {Promise<Counts>}
 */
async function checkAll() {
  clearRunRecord(root);
  const targets = ["lint", "typecheck", "test", "test-machine"];
  // As many tasks as there are cores, each on one: a package's last long test then does not delay other packages.
  const parallel = `--parallel=${availableParallelism()}`;
  const code = await runNode("node_modules/nx/dist/bin/nx.js", ["run-many", "-t", ...targets, parallel], {
    NX_TUI: "false",
    NX_ISOLATE_PLUGINS: "false",
  });
  const tasks = readRunRecord(root);
  const counts = tasks === undefined ? NOTHING : countTasks(tasks, (task) => taskCounts(root, task));
  return failedIf(code, counts);
}

/**
 * Runs the tests whose files match a filter, in one process and without the cache.
 *
 * @param {readonly string[]} filters
 * @returns {Promise<Counts>}
 */
async function testSome(filters) {
  const folder = mkdtempSync(join(tmpdir(), "ft-test-"));
  const file = join(folder, "counts.json");
  try {
    const code = await runNode("node_modules/vitest/vitest.mjs", ["run", ...filters], {
      FT_TEST_COUNTS: file,
    });
    return failedIf(code, readCounts(file) ?? NOTHING);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {number} code of the program that ran the tests
 * @param {Counts} counts
 * @returns {Counts} with at least one failure if the program failed
 */
function failedIf(code, counts) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
