import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bindingFolder, bindingKey, locateBinding } from "./locate-binding.ts";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "ft-cache-"));
  vi.stubEnv("FT_CACHE", cache);
  vi.stubEnv("FT_BINDING", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

/** Puts a file into the cache as the set-up tool does. */
function install(
  device: "cpu" | "gpu",
  content: string,
  sha256 = createHash("sha256").update(content).digest("hex"),
) {
  const folder = bindingFolder(device);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "tfjs_binding.node"), content);
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ sha256 }));
  return join(folder, "tfjs_binding.node");
}

describe("the binding's key", () => {
  test("names everything a compiled binding depends on", () => {
    const { platform, arch, versions } = process;
    expect(bindingKey("cpu")).toBe(
      `tfjs-4.22.0_tensorflow-2.21.0_node-${versions.modules}_${platform}-${arch}_cpu`,
    );
    expect(bindingKey("gpu")).not.toBe(bindingKey("cpu"));
    expect(bindingFolder("gpu")).toBe(join(cache, "native", bindingKey("gpu")));
  });
});

describe("a binding", () => {
  test("is the one FT_BINDING names, before any other", () => {
    const path = join(cache, "mine.node");
    writeFileSync(path, "");
    install("cpu", "cached");
    vi.stubEnv("FT_BINDING", path);
    expect(locateBinding().found).toEqual({ path, source: "FT_BINDING" });
  });

  test("must exist where FT_BINDING says", () => {
    vi.stubEnv("FT_BINDING", join(cache, "nowhere.node"));
    expect(() => locateBinding()).toThrow(/FT_BINDING names a file that does not exist[\s\S]*nowhere/);
  });

  test("is taken from the cache, for a GPU before for a CPU", () => {
    const cpu = install("cpu", "one");
    expect(locateBinding().found).toEqual({ path: cpu, source: "cache" });
    const gpu = install("gpu", "two");
    expect(locateBinding().found).toEqual({ path: gpu, source: "cache" });
    expect(locateBinding(["cpu"]).found?.path).toBe(cpu);
  });

  test("is not loaded if it is not the file that its manifest describes", () => {
    install("cpu", "tampered with", "0".repeat(64));
    const { found, looked } = locateBinding(["cpu"]);
    expect(found?.source).not.toBe("cache");
    expect(looked[0]).toContain("hash");
    writeFileSync(join(bindingFolder("cpu"), "manifest.json"), "{");
    expect(locateBinding(["cpu"]).looked[0]).toContain("manifest.json");
    writeFileSync(join(bindingFolder("cpu"), "manifest.json"), "null");
    expect(locateBinding(["cpu"]).looked[0]).toContain("manifest.json");
  });

  test("that is not found is reported with a line for every place searched", () => {
    const { found, looked } = locateBinding();
    if (found) expect(found.source).toBe("package");
    else expect(looked).toHaveLength(3);
    expect(looked[0]).toContain(bindingKey("gpu"));
  });
});
