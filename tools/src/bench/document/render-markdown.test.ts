import { expect, test } from "vitest";
import { axisNames } from "../growth/axes.ts";
import { growth } from "../testing/growth.ts";
import { pipeline } from "../testing/pipeline.ts";
import { profile, report, result } from "../testing/report.ts";
import { figureFile } from "./growth-section.ts";
import { renderMarkdown } from "./render-markdown.ts";

test("the page tells machine, its speed, versions, date and command", () => {
  const page = renderMarkdown([report({ profiles: [profile] })]);
  for (const told of [
    "A processor",
    "100 to 100 GFLOP/s a core",
    "torch 2.13.0",
    "2026-01-31",
    "`npm run bench -- --docs`",
    "1.1 as it ended",
  ])
    expect(page).toContain(told);
});

test("every result is told with both clocks, its ratios, memory and error", () => {
  const page = renderMarkdown([report()]);
  expect(page).toContain(
    "| nano | finetune-circuits | 1.5 (1.35 to 1.65) | 2 |  |  | 0.25 GiB | 0.50 GiB |  |",
  );
  expect(page).toContain(
    "| nano | plain PyTorch with hooks | 24 (21.6 to 26.4) | 32 | 16.0x | 16.0x | 0.25 GiB | 0.50 GiB | 4e-6 |",
  );
});

test("targets come before all results, and a missed one shows", () => {
  const page = renderMarkdown([report({ results: [result("ours", 1.5), result("plain", 15)] })]);
  expect(page).toContain("**missed**: 10.0x (at least 15.0x)");
  expect(page.indexOf("## Targets")).toBeLessThan(page.indexOf("## EAP-IG"));
});

test("what was not measured is told with its reason, in one line; jobs without results are left out", () => {
  const problem = "too large\nfor 4 GiB";
  const page = renderMarkdown([
    report({ failures: [{ job: "eap-ig", shape: "410m", contender: "wasm", problem }] }),
  ]);
  expect(page).toContain("410m: finetune-circuits on wasm could not: too large\n");
  expect(page).not.toContain("## LoRA step");
});

test("ratios with more threads stand beside those with fewer, with how far they are apart", () => {
  const slower = result("plain", 24, { ratio: { cpu: 14.4, wall: 17.6 } });
  const page = renderMarkdown([report(), report({ threads: 2, results: [slower] })]);
  expect(page).toContain("## With 2 threads");
  expect(page).toContain("| nano | plain PyTorch with hooks | 16.0x | 14.4x | -10% | 16.0x | 17.6x | +10% |");
});

test("a profile tells the ideal time beside the measured one and names what is left", () => {
  const page = renderMarkdown([report({ profiles: [profile] })]);
  expect(page).toContain("| 160m | 50 | 25 | 50% | 60% | 80% | gelu 30%, between operations 10% |");
});

test("a pipeline tells useful work, what start-up costs and who opened the backend", () => {
  const page = renderMarkdown([report({ pipeline })]);
  for (const told of [
    "takes 4.2 s, and with everything there\n1.1 s",
    "Useful work is 25% of that time and 25% of the CPU time",
    "Starting 2 processes, imports included: 0.4 s of CPU time, 200 ms each",
    "Opening the backend, in 1 of them: 0.2 s of CPU time, 200 ms each",
    "| circuits | 1,350 | 1,200 | 200 |  |  | 200 | 800 |  |",
  ])
    expect(page).toContain(told);
});

test("growth shows a figure for every axis, how much arithmetic grows, and how far from theory it is", () => {
  const page = renderMarkdown([report({ growth })]);
  for (const axis of axisNames) expect(page).toContain(`](${figureFile(axis)})`);
  expect(page).toContain(
    "| attribution, nothing shared | 16 | 128 | 16 to 128 | 8.0x | 1.0x | +0.0% | +0.0% |",
  );
});
