import { expect, test } from "vitest";
import { type Result, relativeError, spread } from "./compare.ts";
import { milliseconds, renderDocument, times } from "./document.ts";
import { parseCores } from "./machine.ts";

const GIB = 2 ** 30;

/** A result of EAP-IG at nano, where ours takes 1.5 ms of CPU time and 2 ms. */
function result(contender: Result["contender"], cpu: number, more: Partial<Result> = {}): Result {
  const wall = (4 / 3) * cpu;
  return {
    job: "eap-ig",
    shape: "nano",
    contender,
    threads: 1,
    cpu: { median: cpu, low: 0.9 * cpu, high: 1.1 * cpu },
    wall: { median: wall, low: wall, high: wall },
    ratio: { cpu: cpu / 1.5, wall: wall / 2 },
    readyBytes: GIB / 4,
    peakBytes: GIB / 2,
    error: 0,
    versions: contender === "ours" ? { library: "tensorflow 2.21.0" } : { torch: "2.13.0" },
    ...more,
  };
}

/** A page without the padding of its tables. */
function page(...results: Result[]): string {
  const measured = { date: "2026-01-31", machine: "A processor, 2 cores", pinned: true, results };
  return renderDocument({ ...measured, load: ["0.3", "1.1"] }).replace(/ {2,}/g, " ");
}

const [ours, plain] = [result("ours", 1.5), result("plain", 24, { error: 4e-6 })];

test("the page states machine, load, versions, date and command", () => {
  for (const said of [
    "A processor, 2 cores; load average 0.3 at the start, 1.1 at the end",
    "native backend tensorflow 2.21.0, torch 2.13.0",
    "2026-01-31",
    "`npm run bench -- --docs`",
  ])
    expect(page(ours, plain)).toContain(said);
});

test("every result has both clocks, its ratios, memory and error", () => {
  const text = page(ours, plain);
  expect(text).toContain("| nano | finetune-circuits | 1.5 (1.35 to 1.65) | 2 | | | 0.25 GiB | 0.50 GiB | |");
  expect(text).toContain(
    "| nano | plain PyTorch with hooks | 24 (21.6 to 26.4) | 32 | 16.0x | 16.0x | 0.25 GiB | 0.50 GiB | 4e-6 |",
  );
});

test("ratios of CPU time come first; jobs without results are left out", () => {
  const text = page(ours, plain);
  const ratio = "| EAP-IG attribution (KL, m = 5) | plain PyTorch with hooks | 16.0x |";
  expect(text.indexOf(ratio)).toBeGreaterThan(0);
  expect(text.indexOf(ratio)).toBeLessThan(text.indexOf("## EAP-IG"));
  expect(text).not.toContain("## LoRA step");
});

test("ratios with more threads are next to those with fewer", () => {
  const more = [ours, result("plain", 24, { ratio: { cpu: 14.4, wall: 17.6 } })];
  const text = page(ours, plain, ...more.map((one) => ({ ...one, threads: 2 })));
  expect(text).toContain("## With 2 threads");
  expect(text).toContain("| nano | plain PyTorch with hooks | 16.0x | 14.4x | 16.0x | 17.6x |");
  expect(page(ours, plain)).not.toContain("## With");
});

test.each([
  [0.09784, "0.0978"],
  [20, "20"],
  [26.84, "26.8"],
  [999.4, "999"],
  [999.6, "1,000"],
  [25_150.7, "25,151"],
])("%d milliseconds have three digits, or are whole: %s", (value, text) => {
  expect(milliseconds(value)).toBe(text);
});

test("small ratios have a decimal", () => {
  expect([4.66, 25.27].map(times)).toEqual(["4.7x", "25.3x"]);
});

test("the median of an even number of samples is the mean of the middle two, whatever their order", () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, low: 1, high: 4 });
  expect(spread([9, 1, 5])).toEqual({ median: 5, low: 1, high: 9 });
});

test("the error is relative to the largest expected value, and infinite between results that do not compare", () => {
  expect(relativeError([100, 1e-6], [100, 0])).toBeCloseTo(1e-8);
  expect(relativeError([99, 0], [100, 0])).toBeCloseTo(0.01);
  expect(relativeError([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError([1], [0])).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError([0], [0])).toBe(0);
});

test("cores are read as taskset lists them", () => {
  expect(parseCores(" 0")).toEqual([0]);
  expect(parseCores("0,2-4\n")).toEqual([0, 2, 3, 4]);
});
