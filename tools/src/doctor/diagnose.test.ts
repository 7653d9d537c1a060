import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Diagnosis, describeDiagnosis, diagnose } from "./diagnose.ts";

afterEach(() => vi.unstubAllEnvs());

describe("diagnose", () => {
  test("opens the backend that a stage would open here, with as many threads", async () => {
    vi.stubEnv("FT_THREADS", "1");
    const { backend, problem, node, environment } = await diagnose();
    expect(problem).toBeNull();
    expect(backend).toMatchObject({ device: "cpu", threads: 1 });
    expect(node).toBe(process.versions.node);
    expect(environment.FT_THREADS).toBe("1");
  });

  test("lists everything the native backend lacks, each with a remedy", async () => {
    const empty = mkdtempSync(join(tmpdir(), "ft-doctor-"));
    vi.stubEnv("FT_CACHE", empty);
    vi.stubEnv("FT_BINDING", "");
    vi.stubEnv("CXX", "");
    vi.stubEnv("PATH", empty);
    const { backend, binding, npm, missing } = await diagnose();
    rmSync(empty, { recursive: true });
    expect([backend?.name, binding, npm]).toEqual(["wasm", null, null]);
    expect(missing.map(({ what }) => what)).toEqual([
      "no C++ compiler was found",
      "no Python with pip was found to download TensorFlow with",
    ]);
    for (const { remedy } of missing) expect(remedy).toMatch(/install/);
  });

  test("reports why a requested backend does not open", async () => {
    vi.stubEnv("FT_BACKEND", "gpu");
    const { backend, problem } = await diagnose();
    if (backend === null) expect(problem).toMatch(/gpu/i);
    else expect(backend.device).toBe("gpu");
  });
});

test("a diagnosis has a line for each fact, with missing parts at the end", () => {
  const diagnosis: Diagnosis = {
    backend: { name: "wasm", device: "cpu", library: "tfjs-backend-wasm 4.22.0", threads: 1 },
    problem: null,
    binding: null,
    node: "20.20.2",
    npm: null,
    platform: "linux x64",
    cores: 2,
    memory: 24,
    environment: { FT_CACHE: "/cache" },
    missing: [{ what: "no C++ compiler was found", remedy: "install g++" }],
  };
  expect(describeDiagnosis(diagnosis)).toBe(`Backend   wasm (tfjs-backend-wasm 4.22.0) on the CPU
Threads   1
Binding   none
Node      20.20.2
npm       does not run
Machine   linux x64, 2 cores, 24 GiB
FT_CACHE  /cache

For the native backend, faster than wasm:
  no C++ compiler was found: install g++`);
});
