import { describe, expect, test } from "vitest";
import { countTests } from "./count-reporter.mjs";
import { type Counts, countLine, countTasks } from "./counts.mjs";

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

describe("countTasks", () => {
  /** The sum over tasks of one package, such as `["test", "success", {...}]`. */
  function sum(...tasks: [target: string, status: string, counts?: Partial<Counts>][]): Counts {
    const ends = tasks.map(([target, status], index) => ({ project: `${index}`, target, status }));
    return countTasks(ends, ({ project }) => {
      const counts = tasks[Number(project)]?.[2];
      return counts && { passed: 0, failed: 0, skipped: 0, ...counts };
    });
  }

  test("adds up tests, whether they ran or came from the cache", () => {
    const ran = ["test", "success", { passed: 3, skipped: 1 }] as const;
    const cached = ["test", "local-cache", { passed: 4 }] as const;
    const failed = ["test-machine", "failure", { passed: 1, failed: 2 }] as const;
    expect(sum([...ran], [...cached], [...failed])).toEqual({ passed: 8, failed: 2, skipped: 1 });
  });

  test("counts a linter or a build that failed as one failure, and what succeeded or had to wait for it as nothing", () => {
    expect(sum(["lint", "failure"], ["build", "failure"], ["test", "skipped"], ["lint", "success"])).toEqual({
      passed: 0,
      failed: 2,
      skipped: 0,
    });
  });

  test("counts tests that crashed as a failure, though none of them failed", () => {
    expect(sum(["test", "failure"]).failed).toBe(1);
    expect(sum(["test", "failure", { passed: 5 }])).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test("counts tests that succeeded without a count as a failure", () => {
    expect(sum(["test", "success"]).failed).toBe(1);
    expect(sum(["test", "local-cache"]).failed).toBe(1);
  });
});

describe("countLine", () => {
  test("mentions skipped tests only if there are any", () => {
    expect(countLine({ passed: 120, failed: 0, skipped: 0 })).toBe("120 passed, 0 failed");
    expect(countLine({ passed: 120, failed: 1, skipped: 2 })).toBe("120 passed, 1 failed, 2 skipped");
  });
});
