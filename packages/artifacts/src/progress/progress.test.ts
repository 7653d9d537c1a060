import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { barProgress } from "./bar-progress.ts";
import { createProgress } from "./create-progress.ts";
import { lineProgress } from "./line-progress.ts";
import { duration, renderCount } from "./rate.ts";

/** A stream that keeps what is written to it. */
function fakeStream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const parts: string[] = [];
  const stream = {
    isTTY,
    columns: 200,
    write: (part: string) => parts.push(part) > 0,
    cursorTo: () => true,
    clearLine: () => true,
    on: () => stream,
  };
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => parts.join("") };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a count is shown with its rate and remaining time, and in the end with the time it took", () => {
  expect(renderCount({ done: 0, total: 400, unit: "steps", elapsed: 0 })).toBe("0/400 steps");
  expect(renderCount({ done: 1200, total: 4000, unit: "steps", elapsed: 31_000 })).toBe(
    "1,200/4,000 steps, 39 steps/s, 1 min 12 s left",
  );
  expect(renderCount({ done: 2, total: 5, unit: "files", elapsed: 20_000 })).toBe(
    "2/5 files, 10 s each, 30 s left",
  );
  expect(renderCount({ done: 5, total: 5, unit: "files", elapsed: 50_000 })).toBe(
    "5/5 files, 10 s each, in 50 s",
  );
});

test("durations have their two largest units", () => {
  expect([400, 59_000, 60_000, 3_599_000, 7_500_000].map(duration)).toEqual([
    "0 s",
    "59 s",
    "1 min 0 s",
    "59 min 59 s",
    "2 h 5 min",
  ]);
});

test("lines come when a count begins and ends, and between at most every five seconds", () => {
  const lines: string[] = [];
  let now = 0;
  const progress = lineProgress(
    (line) => lines.push(line),
    () => now,
  );
  progress.start(100, "training", "steps");
  for (let second = 1; second <= 11; second++) {
    now = second * 1000;
    progress.advance(2);
  }
  progress.note("checkpoint saved");
  now = 13_000;
  progress.advance(78);
  progress.stop();
  progress.stop();
  expect(lines).toEqual([
    "training: 0/100 steps",
    "training: 10/100 steps, 2 steps/s, 45 s left",
    "training: 20/100 steps, 2 steps/s, 40 s left",
    "checkpoint saved",
    "training: 100/100 steps, 7.7 steps/s, in 13 s",
  ]);
});

test("beginning a count ends the one before", () => {
  const lines: string[] = [];
  const progress = lineProgress(
    (line) => lines.push(line),
    () => 0,
  );
  progress.start(2, "first");
  progress.advance();
  progress.start(1, "second");
  expect(lines).toEqual(["first: 0/2 it", "first: 1/2 it", "second: 0/1 it"]);
});

test("without a terminal there are plain lines, without colours", () => {
  const { stream, text } = fakeStream(false);
  const progress = createProgress({ stream, quiet: false });
  progress.start(2, "hashing", "files");
  progress.stop();
  expect(text()).toBe("hashing: 0/2 files\n");
});

test("on a terminal there is a bar, with notes above it", () => {
  const { stream, text } = fakeStream(true);
  const progress = barProgress(stream);
  progress.start(4, "hashing", "files");
  progress.advance(3);
  progress.note("one is large");
  progress.stop();
  expect(text()).toContain("hashing");
  expect(text()).toContain("3/4 files");
  expect(text()).toContain("one is large\n");
});

test("quiet progress shows nothing, and counting before a count begins is harmless", () => {
  const { stream, text } = fakeStream(true);
  const quiet = createProgress({ stream, quiet: true });
  quiet.start(1, "x");
  quiet.note("y");
  quiet.stop();
  expect(text()).toBe("");
  const lines = createProgress({ stream: fakeStream(false).stream, quiet: false });
  lines.advance();
  lines.stop();
});
