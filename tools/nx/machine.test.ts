import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { machineKey } from "./machine.mjs";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "ft-machine-"));
  vi.stubEnv("FT_CACHE", cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

it("a machine's fingerprint changes with its native backend, and with the one named by FT_BINDING", () => {
  const before = machineKey();
  expect(machineKey()).toBe(before);
  vi.stubEnv("FT_BINDING", "mine.node");
  expect(machineKey()).not.toBe(before);
  vi.stubEnv("FT_BINDING", undefined);
  expect(machineKey()).toBe(before);
  mkdirSync(join(cache, "native/tfjs_cpu"), { recursive: true });
  writeFileSync(join(cache, "native/tfjs_cpu/tfjs_binding.node"), "compiled");
  expect(machineKey()).not.toBe(before);
});
