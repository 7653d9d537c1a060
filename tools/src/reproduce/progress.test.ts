import { expect, test } from "vitest";
import { ReproductionProgress } from "./progress.ts";

const MINUTE = 60_000;

/** Ten stages of a minute each, on one core, with a clock that is set by hand. */
function tenMinutes() {
  const clock = { now: 0 };
  const expected = new Map(Array.from({ length: 10 }, (_, i) => [`tiny.s${i}`, 60] as const));
  const progress = new ReproductionProgress(expected, 1, {
    now: () => clock.now,
    print: () => {},
  });
  progress.begin("tiny (1 of 2)");
  return { clock, progress };
}

test("before anything has run the rest is as long as expected", () => {
  expect(tenMinutes().progress.line()).toBe("tiny (1 of 2): 0 of 10 stages, about 10 min 0 s left");
});

test("stages that take twice as long double what is left", () => {
  const { clock, progress } = tenMinutes();
  for (let i = 0; i < 9; i++) expect(progress.read(`> nx run tiny.s${i}:data`)).toBe(true);
  clock.now = 17 * MINUTE;
  // 8.5 of 10 minutes are done; the pace is (17 + 1) / (8.5 + 1) with the estimate from before as a minute of it.
  expect(progress.line()).toBe("tiny (1 of 2): 9 of 10 stages, about 2 min 51 s left");
});

test("results from the cache are done, but say nothing of the pace", () => {
  const { clock, progress } = tenMinutes();
  for (let i = 0; i < 5; i++) progress.read(`> nx run tiny.s${i}:data  [local cache]`);
  progress.read("> nx run tiny.s5:data");
  clock.now = MINUTE / 2;
  expect(progress.line()).toBe("tiny (1 of 2): 6 of 10 stages, about 4 min 30 s left");
});

test("other lines, and stages that were counted, are not stages that start", () => {
  const { progress } = tenMinutes();
  progress.read("> nx run tiny.s0:data");
  for (const line of ["> nx run tiny.s0:data", "> nx run @ft/data:build", "tiny.s1: examples"])
    expect(progress.read(line)).toBe(false);
});
