import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UserError, writeFileAtomic } from "@ft/artifacts";
import { bindingFolder } from "@ft/backend";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { prepareBackend } from "./prepare-backend.ts";

describe("prepareBackend", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ft-prepare-"));
    vi.stubEnv("FT_CACHE", folder);
    vi.stubEnv("FT_BINDING", "");
    vi.stubEnv("FT_TENSORFLOW", "");
    vi.stubEnv("FT_QUIET", "1");
    vi.stubEnv("CXX", "");
    vi.stubEnv("PATH", join(folder, "nothing-here"));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  test("without a compiler, auto falls back to wasm in one line with the reason and the remedy", async () => {
    const line = await prepareBackend("auto");
    expect(line).toMatch(/^Backend: wasm, .*: no C\+\+ compiler was found \(install .*\)\.$/);
    expect(existsSync(dirname(bindingFolder("cpu")))).toBe(false);
  });

  test("without a compiler, asking for native or gpu fails", async () => {
    await expect(prepareBackend("native")).rejects.toThrow(UserError);
    await expect(prepareBackend("gpu")).rejects.toThrow(/no C\+\+ compiler/);
  });

  test("any other backend needs no set-up", async () => {
    expect(await prepareBackend("wasm")).toBe("Backend: wasm, set by FT_BACKEND.");
  });

  test("a failure of today is reported again without another attempt", async () => {
    const remember = (when: number) =>
      writeFileAtomic(
        `${bindingFolder("cpu")}.failure.json`,
        JSON.stringify({ problem: "no network", when }),
      );
    remember(Date.now() - 3600e3);
    expect(await prepareBackend("auto")).toMatch(
      /no network \(not tried again today; `npx ft setup-native` does\)/,
    );
    remember(Date.now() - 25 * 3600e3);
    expect(await prepareBackend("auto")).toMatch(/no C\+\+ compiler/);
  });

  test("a binding of FT_BINDING that does not load is an error", async () => {
    const path = join(folder, "own.node");
    writeFileSync(path, "x");
    vi.stubEnv("FT_BINDING", path);
    await expect(prepareBackend("native")).rejects.toThrow(
      /the binding of FT_BINDING does not work: its self-test/,
    );
  });
});
