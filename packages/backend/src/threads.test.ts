import { availableParallelism } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { resolveThreads } from "./threads.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("the option comes before FT_THREADS, before TensorFlow's variable, before one per core", () => {
  vi.stubEnv("TF_NUM_INTRAOP_THREADS", "3");
  vi.stubEnv("FT_THREADS", "2");
  expect(resolveThreads(5)).toBe(5);
  expect(resolveThreads()).toBe(2);
  vi.stubEnv("FT_THREADS", "");
  expect(resolveThreads()).toBe(3);
  vi.stubEnv("TF_NUM_INTRAOP_THREADS", undefined);
  expect(resolveThreads()).toBe(availableParallelism());
});

test.each(["0", "-1", "1.5", "many"])("%s threads are refused", (value) => {
  vi.stubEnv("FT_THREADS", value);
  expect(() => resolveThreads()).toThrow(/whole number from 1[\s\S]*FT_THREADS/);
});

test("a small model has one thread by default", () => {
  vi.stubEnv("TF_NUM_INTRAOP_THREADS", undefined);
  vi.stubEnv("FT_THREADS", "");
  expect(resolveThreads(undefined, 1_900_000)).toBe(1);
  expect(resolveThreads(undefined, 70_000_000)).toBe(availableParallelism());
  vi.stubEnv("FT_THREADS", "2");
  expect(resolveThreads(undefined, 1_900_000)).toBe(2);
});
