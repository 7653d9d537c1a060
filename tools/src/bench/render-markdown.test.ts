import { expect, test } from "vitest";
import type { Result } from "./compare.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { combineReports, type Report } from "./report.ts";

const result = (contender: Result["contender"], milliseconds: number, error: number): Result => ({
  job: "eap-ig",
  shape: "nano",
  contender,
  examples: 256,
  cpu: { median: milliseconds, low: 0.9 * milliseconds, high: 1.1 * milliseconds },
  wall: { median: milliseconds, low: milliseconds, high: milliseconds },
  ratio: milliseconds / 1.5,
  peakBytes: 2 ** 29,
  error,
  versions: {},
});

const report: Report = {
  date: "2026-01-31",
  machine: { processor: "A processor", cores: 2, memory: 16, platform: "linux x64", load: 0.3 },
  threads: 1,
  pinned: true,
  loadAfter: 1.1,
  versions: { torch: "2.13.0" },
  results: [result("ours", 1.5, 0), result("plain", 24, 4e-6)],
  failures: [{ job: "eap-ig", shape: "410m", contender: "wasm", problem: "too large\nfor 4 GiB" }],
};

test("the page tells machine, versions, date and command, and every result with its ratio and error", () => {
  const page = renderMarkdown(report);
  for (const told of [
    "A processor",
    "torch 2.13.0",
    "2026-01-31",
    "`npm run bench -- --docs`",
    "1.1 as it ended",
  ])
    expect(page).toContain(told);
  expect(page).toContain("| nano | finetune-circuits | 1.5 | 1.35 to 1.65 |  | 0.50 GiB |  |");
  expect(page).toContain("| nano | plain PyTorch with hooks | 24 | 21.6 to 26.4 | 16.0x | 0.50 GiB | 4e-6 |");
});

test("what was not measured is told with its reason, in one line; jobs without results are left out", () => {
  const page = renderMarkdown(report);
  expect(page).toContain("410m: finetune-circuits on wasm could not: too large\n");
  expect(page).not.toContain("## LoRA step");
});

test("measurements of different jobs become one page, with the highest load of them", () => {
  const other: Report = {
    ...report,
    date: "2026-02-01",
    machine: { ...report.machine, load: 3 },
    results: [{ ...result("ours", 2, 0), job: "load" }],
    failures: [],
  };
  const page = renderMarkdown(combineReports([report, other]));
  for (const told of ["2026-02-01", "3 as it began", "## EAP-IG", "## Loading"]) expect(page).toContain(told);
});
