// @ts-check
/** A vitest reporter that counts tests into the file named by FT_TEST_COUNTS, relative to the repository's root. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { root } from "./run.mjs";

/**
 * @typedef {import("./counts.mjs").Counts} Counts
 *
 * @typedef {object} Module the part of vitest's TestModule that counts: one file of tests
 * @property {() => string} state
 * @property {{ allTests: () => Iterable<{ result: () => { state: string } }> }} children
 */

const { FT_TEST_COUNTS } = process.env;
const file = FT_TEST_COUNTS === undefined ? undefined : resolve(root, FT_TEST_COUNTS);

export default class CountReporter {
  /** Removes the counts of an earlier call: one that does not end must leave none. */
  onInit() {
    if (file !== undefined) rmSync(file, { force: true });
  }

  /**
   * @param {readonly Module[]} modules
   * @param {readonly unknown[]} errors those outside every test
   */
  onTestRunEnd(modules, errors) {
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(countTests(modules, errors.length)));
  }
}

/**
 * Counts tests. A file that failed without a failed test (it did not load, or a hook failed) counts as one failed, and
 * so does every error outside of tests.
 *
 * @param {readonly Module[]} modules
 * @param {number} errors
 * @returns {Counts}
 */
export function countTests(modules, errors) {
  const counts = { passed: 0, failed: errors, skipped: 0 };
  for (const module of modules) {
    const states = [...module.children.allTests()].map((test) => test.result().state);
    const failed = states.filter((state) => state === "failed").length;
    counts.passed += states.filter((state) => state === "passed").length;
    counts.failed += failed === 0 && module.state() === "failed" ? 1 : failed;
    counts.skipped += states.filter((state) => state === "skipped").length;
  }
  return counts;
}
