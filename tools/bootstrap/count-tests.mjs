// @ts-check
/** How many tests passed and failed, from vitest's JSON report. */

/**
 * @typedef {object} Report the part of vitest's JSON report that counts
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults one for each file
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * Counts tests. A file that failed without a failed test (it did not load, or a hook failed) counts as one failed, and
 * so does whatever made vitest exit with an error without any of that, such as an error outside every test.
 *
 * @param {Report | undefined} report undefined if vitest wrote none
 * @param {number} exitCode of vitest
 * @returns {Counts}
 */
export function countTests(report, exitCode) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of report?.testResults ?? []) {
    const failedBefore = counts.failed;
    for (const test of assertionResults) {
      if (test.status === "passed") counts.passed++;
      else if (test.status === "failed") counts.failed++;
      else counts.skipped++;
    }
    if (status === "failed" && counts.failed === failedBefore) counts.failed++;
  }
  if (exitCode !== 0 && counts.failed === 0) counts.failed++;
  return counts;
}

/**
 * @param {Counts} counts
 * @returns {string} such as "120 passed, 0 failed", and ", 2 skipped" if any were
 */
export function countLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
