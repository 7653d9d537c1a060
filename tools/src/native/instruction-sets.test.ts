import { bindingFolder, instructionSets, locateBinding } from "@ft/backend";
import { execa } from "execa";
import { afterEach, expect, test, vi } from "vitest";
import { setUpKernels } from "./set-up-kernels.ts";

const workspace = new URL("../../..", import.meta.url);
const { found } = locateBinding(["cpu"]);
/** All but the best, which every other test runs. */
const sets = found?.path.startsWith(bindingFolder("cpu")) ? instructionSets().slice(1) : [];
if (sets.length === 0)
  console.warn("instruction sets are not tested: this processor runs the kernels with a single one");

afterEach(() => vi.unstubAllEnvs());

/** Compiling the kernels, on a machine with other work. */
const TIMEOUT = 10 * 60_000;

test(
  "the native operations pass their tests with the processor's lesser instruction sets too",
  async () => {
    for (const set of sets) {
      vi.stubEnv("FT_INSTRUCTIONS", set);
      const progress = { start() {}, advance() {}, note() {}, stop() {} };
      expect(await setUpKernels(found!.path, { progress })).toBeUndefined();
      const tests = ["packages/backend/src/ops", "--testNamePattern", "native(?! without)"];
      const { exitCode, stdout } = await execa("npx", ["vitest", "run", ...tests], {
        cwd: workspace,
        env: { FT_TEST_COUNTS: undefined, VITEST_MAX_WORKERS: "1" },
        reject: false,
      });
      expect([set, exitCode, stdout]).toEqual([set, 0, expect.stringMatching(/Tests .*[1-9]\d+ passed/)]);
    }
  },
  TIMEOUT,
);

test("an instruction set that the processor does not have is refused", async () => {
  vi.stubEnv("FT_INSTRUCTIONS", "x86-64-v9");
  await expect(setUpKernels(found?.path ?? "none", { progress: undefined! })).rejects.toThrow(
    /processor does not have[\s\S]*x86-64-v9/,
  );
});
