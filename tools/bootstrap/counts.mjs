// @ts-check
/** Counts of tests, over files and over the tasks that ran them. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 *
 * @typedef {import("../nx/run-record.mjs").TaskEnd} TaskEnd
 */

/** The counts to report if nothing could be tested, or tests ended before they were counted. */
export const NOTHING = Object.freeze({ passed: 0, failed: 1, skipped: 0 });

const NONE = Object.freeze({ passed: 0, failed: 0, skipped: 0 });

/**
 * @param {string} file
 * @returns {Counts | undefined} undefined if no tests have ended since the file was removed
 */
export function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Adds up the tests of all tasks, including those from the cache. A task that failed counts as one failure if
 * none of its tests did: a linter that failed, a program that crashed before it had counted.
 *
 * @param {readonly TaskEnd[]} tasks
 * @param {(task: TaskEnd) => Counts | undefined} countsOf those of a task that ran tests
 * @returns {Counts}
 */
export function countTasks(tasks, countsOf) {
  const sum = { ...NONE };
  for (const task of tasks) {
    const failed = task.status === "failure";
    let counts = isTest(task) && task.status !== "skipped" ? (countsOf(task) ?? NOTHING) : NONE;
    // A failed task whose counts have no failure left those of an earlier call.
    if (failed && counts.failed === 0) counts = NOTHING;
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
  }
  return sum;
}

/** @param {Pick<TaskEnd, "target">} task */
const isTest = ({ target }) => target.startsWith("test");

/**
 * @param {string} root of the repository
 * @param {TaskEnd} task
 * @returns {Counts | undefined} those of its tests, as tools/nx/package-project.mjs has them written
 */
export function taskCounts(root, { project, target }) {
  return readCounts(join(root, ".cache/tests", project, `${target}.json`));
}

/**
 * @param {Counts} counts
 * @returns {string} such as "120 passed, 0 failed", and ", 2 skipped" if any were
 */
export function countLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
