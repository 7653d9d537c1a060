// @ts-check
/** A vitest reporter that counts tests into the file named by FT_TEST_COUNTS, relative to the repository's root. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { root } from "./run.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 *
 * @typedef {object} Module the part of vitest's TestModule that counts: one file of tests
 * @property {() => string} state
 * @property {{ allTests: () => Iterable<{ result: () => { state: string } }> }} children
 */

export default class CountReporter {
  /**
   * @param {readonly Module[]} modules
   * @param {readonly unknown[]} errors those outside every test
   */
  onTestRunEnd(modules, errors) {
    const { FT_TEST_COUNTS } = process.env;
    if (FT_TEST_COUNTS === undefined) return;
    const file = resolve(root, FT_TEST_COUNTS);
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

/**
 * @param {Counts} counts
 * @returns {string} such as "120 passed, 0 failed", and ", 2 skipped" if any were
 */
export function countLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
