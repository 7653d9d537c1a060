import { describe, expect, test } from "vitest";
import { countLine, countTests } from "./count-reporter.mjs";

function file(state: string, ...tests: string[]) {
  return {
    state: () => state,
    children: { allTests: () => tests.map((each) => ({ result: () => ({ state: each }) })) },
  };
}

describe("countTests", () => {
  test("counts what passed, failed and was skipped over all files", () => {
    const files = [file("passed", "passed", "skipped"), file("failed", "passed", "failed")];
    expect(countTests(files, 0)).toEqual({ passed: 2, failed: 1, skipped: 1 });
  });

  test("counts a file that did not load, and an error outside of tests, as failures", () => {
    expect(countTests([file("failed"), file("passed", "passed")], 0)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
    expect(countTests([file("passed", "passed")], 2)).toEqual({ passed: 1, failed: 2, skipped: 0 });
  });
});

describe("countLine", () => {
  test("mentions skipped tests only if there are any", () => {
    expect(countLine({ passed: 120, failed: 0, skipped: 0 })).toBe("120 passed, 0 failed");
    expect(countLine({ passed: 120, failed: 1, skipped: 2 })).toBe("120 passed, 1 failed, 2 skipped");
  });
});
