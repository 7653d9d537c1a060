import { describe, expect, test } from "vitest";
import { countLine, countTests } from "./count-tests.mjs";

function file(status: string, ...tests: string[]) {
  return { status, assertionResults: tests.map((each) => ({ status: each })) };
}

describe("countTests", () => {
  test("counts what passed, failed and was skipped over all files", () => {
    const report = {
      testResults: [file("passed", "passed", "pending"), file("failed", "passed", "failed", "todo")],
    };
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });

  test("counts a file that did not load as a failure", () => {
    expect(countTests({ testResults: [file("failed"), file("passed", "passed")] }, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  test("never reports success for a run that ended with an error", () => {
    expect(countTests({ testResults: [file("passed", "passed")] }, 1).failed).toBe(1);
    expect(countTests(undefined, 137)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe("countLine", () => {
  test("mentions skipped tests only if there are any", () => {
    expect(countLine({ passed: 120, failed: 0, skipped: 0 })).toBe("120 passed, 0 failed");
    expect(countLine({ passed: 120, failed: 1, skipped: 2 })).toBe("120 passed, 1 failed, 2 skipped");
  });
});
