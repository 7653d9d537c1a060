import { expect, test } from "vitest";
import { combineReports } from "./combine-reports.ts";
import { report, result } from "./testing/report.ts";

test("measurements of different jobs become one, with the last date and the highest load of them", () => {
  const { machine } = report();
  const later = report({
    date: "2026-02-01",
    machine: { ...machine, load: 3 },
    results: [result("ours", 2, { job: "load" })],
  });
  const [combined, ...more] = combineReports([later, report()]);
  expect(more).toEqual([]);
  expect(combined).toMatchObject({ date: "2026-02-01", machine: { load: 3 } });
  expect(combined!.results.map(({ job }) => job)).toEqual(["load", "eap-ig", "eap-ig"]);
});

test("numbers of threads stay apart, fewest first", () => {
  expect(combineReports([report({ threads: 2 }), report()]).map(({ threads }) => threads)).toEqual([1, 2]);
});

test("what was measured again takes the place of what was measured or failed before", () => {
  const problem = "it was killed";
  const before = report({ failures: [{ job: "eap-ig", shape: "nano", contender: "wasm", problem }] });
  const again = report({ results: [result("plain", 30), result("wasm", 5)] });
  const [combined] = combineReports([before, again]);
  expect(combined!.results.map(({ contender, cpu }) => [contender, cpu.median])).toEqual([
    ["ours", 1.5],
    ["plain", 30],
    ["wasm", 5],
  ]);
  expect(combined!.failures).toEqual([]);
});
