import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { cacheFolder } from "./cache-folder.js";

afterEach(() => vi.unstubAllEnvs());

test("the cache is FT_CACHE, else finetune-circuits in XDG_CACHE_HOME or the platform's own", () => {
  vi.stubEnv("FT_CACHE", "/mine");
  vi.stubEnv("XDG_CACHE_HOME", "/xdg");
  expect(cacheFolder()).toBe("/mine");
  vi.stubEnv("FT_CACHE", "");
  expect(cacheFolder()).toBe(join("/xdg", "finetune-circuits"));
  vi.stubEnv("XDG_CACHE_HOME", "");
  expect(cacheFolder()).toMatch(/[^g].finetune-circuits$/);
});
