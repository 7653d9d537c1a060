import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { locateBinding } from "./native/locate-binding.ts";
import type { BackendName, openBackend as OpenBackend } from "./open-backend.ts";

const real = locateBinding().found;
if (!real) console.warn("opening native and tfjs is not tested: there is no native binding");

let folder: string;
let stderr: string;
/** Imports a fresh module, without a binding loaded before. */
let openBackend: typeof OpenBackend;
beforeEach(async () => {
  vi.resetModules();
  ({ openBackend } = await import("./open-backend.ts"));
  folder = mkdtempSync(join(tmpdir(), "ft-backend-"));
  stderr = "";
  vi.stubEnv("FT_BACKEND", undefined);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += text;
    return true;
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

// The modules of the last test, whose parts are mocked, are not for the files that follow.
afterAll(() => {
  vi.resetModules();
});

/** A file that exists but is not a library. */
function stubBrokenBinding(): void {
  const path = join(folder, "broken.node");
  writeFileSync(path, "not a library");
  vi.stubEnv("FT_BINDING", path);
}

describe("auto", () => {
  test.runIf(real)("is native if there is a binding, without a message", async () => {
    expect((await openBackend()).info).toMatchObject({
      name: "native",
      library: expect.stringMatching(/^tensorflow 2/),
    });
    expect(stderr).toBe("");
  });

  test("is wasm if the binding does not load, with a one-line message and remedy", async () => {
    stubBrokenBinding();
    const { info } = await openBackend({ threads: 1 });
    expect(info).toMatchObject({ name: "wasm", device: "cpu", threads: 1 });
    expect(stderr).toMatch(/^Computing with wasm, .*does not load.*npx ft setup-native\n$/);
  });

  test("does not replace a requested binding that does not exist", async () => {
    vi.stubEnv("FT_BINDING", join(folder, "nowhere.node"));
    await expect(openBackend()).rejects.toThrow("FT_BINDING");
  });
});

describe("a backend asked for by name", () => {
  test("comes from FT_BACKEND unless the caller says otherwise", async () => {
    vi.stubEnv("FT_BACKEND", "wasm");
    expect((await openBackend()).info.name).toBe("wasm");
    await expect(openBackend({ backend: "nativ" as BackendName })).rejects.toThrow(
      /no such backend[\s\S]*mean native/,
    );
  });

  test.each(["native", "tfjs", "gpu"] as const)(
    "%s is an error if its binding does not load",
    async (backend) => {
      stubBrokenBinding();
      await expect(openBackend({ backend, threads: 1 })).rejects.toThrow(/does not load[\s\S]*setup-native/);
    },
  );

  test.runIf(real)("gpu is an error if TensorFlow finds none", async () => {
    const { info } = await openBackend({ backend: "native" });
    const opened = openBackend({ backend: "gpu" }).then((ops) => ops.info.device);
    if (info.device === "gpu") expect(await opened).toBe("gpu");
    else await expect(opened).rejects.toThrow(/no GPU|no native binding/);
  });

  test.runIf(real)("cannot have another number of threads once TensorFlow is loaded", async () => {
    const { threads } = (await openBackend({ backend: "tfjs" })).info;
    await expect(openBackend({ backend: "native", threads: threads + 1 })).rejects.toThrow("threads");
  });
});

describe("a limit of memory is named as the cause", () => {
  /** Makes the loader fail for lack of addresses, as it does under a memory limit. */
  async function open(backend: BackendName, limit: number | undefined): Promise<Error> {
    stubBrokenBinding();
    vi.doMock("@ft/artifacts", async (original) => ({ ...(await original()), addressLimit: () => limit }));
    vi.doMock("./native/binding.ts", async (original) => ({
      ...(await original()),
      loadBinding() {
        throw new Error("libtensorflow_cc.so.2: failed to map segment from shared object");
      },
    }));
    onTestFinished(() => {
      for (const mocked of ["@ft/artifacts", "./native/binding.ts"]) vi.doUnmock(mocked);
    });
    vi.resetModules();
    ({ openBackend } = await import("./open-backend.ts"));
    return openBackend({ backend, threads: 1 }).then(
      ({ info }) => new Error(`opened ${info.name}`),
      (error) => error,
    );
  }

  test.each(["auto", "native", "tfjs"] as const)("of a binding that does not load: %s", async (backend) => {
    const { message } = await open(backend, 1_024_000_000);
    expect(message).toMatch(
      /^the native binding .* failed to map segment .*\n.*\n {2}memory is limited \(ulimit -v 1000000\)/,
    );
    expect(message).not.toContain("setup-native");
    expect(stderr).toBe("");
  });

  test("of wasm, before it starts", async () => {
    expect((await open("wasm", 20 * 2 ** 30)).message).toMatch(
      /^the WebAssembly backend cannot start: .*\n {2}memory is limited \(ulimit -v 20971520\).*npx ft setup-native/,
    );
  });

  test("and not named if there is none", async () => {
    expect((await open("native", undefined)).message).toContain("npx ft setup-native");
    expect((await open("auto", undefined)).message).toBe("opened wasm");
  });
});
