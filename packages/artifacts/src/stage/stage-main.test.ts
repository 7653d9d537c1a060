import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { declareSmallStage, smallStage, tinyRepository } from "../testing/tiny-repository.ts";
import { stageMain } from "./stage-main.ts";

declareSmallStage();

const written = { stdout: "", stderr: "" };

beforeEach(() => {
  vi.stubEnv("FT_QUIET", "1");
  for (const name of ["stdout", "stderr"] as const) {
    written[name] = "";
    vi.spyOn(process[name], "write").mockImplementation((part) => {
      written[name] += part;
      return true;
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

test("a stage runs from the command line, silently and with exit code 0", async () => {
  const { root, experiment } = tinyRepository({ first: { uses: "small" } });
  await stageMain([smallStage], ["--experiment", experiment, "--stage", "first"]);
  expect(written.stderr).toBe("");
  expect(process.exitCode).toBeUndefined();
  expect(existsSync(join(root, "runs", "tiny", "first", "small.arrow"))).toBe(true);
});

test("a person's mistake ends with exit code 1 and a message without a stack", async () => {
  const { experiment } = tinyRepository({ first: { uses: "small", config: { rows: -1 } } });
  await stageMain([smallStage], ["--experiment", experiment, "--stage", "first"]);
  expect(process.exitCode).toBe(1);
  expect(written.stderr).toContain("stages.first.config.rows: Too small");
  expect(written.stderr).not.toContain("    at ");
});

test("a bug ends with exit code 1 and its stack", async () => {
  const { experiment } = tinyRepository({ first: { uses: "small" } });
  const buggy = {
    ...smallStage,
    run() {
      throw new TypeError("x is not a function");
    },
  };
  await stageMain([buggy], ["--experiment", experiment, "--stage", "first"]);
  expect(process.exitCode).toBe(1);
  expect(written.stderr).toMatch(/error TypeError: x is not a function\n +at /);
});

test.each([
  [["--stage", "first"], "--experiment is missing"],
  [["--experiment", "experiment.json"], "--stage is missing"],
  [["--experiment", "/nowhere/experiment.json", "--stage", "first"], "there is no such file"],
  [["--stag", "first"], "Unknown option '--stag'"],
  [["first"], "Unexpected argument 'first'"],
])("%j is refused with the reason", async (argv, message) => {
  await stageMain([smallStage], argv);
  expect(process.exitCode).toBe(1);
  expect(written.stderr).toContain(message);
});

test("--help names inputs, outputs and every key of the configuration with its default", async () => {
  await stageMain([smallStage], ["--help"]);
  expect(process.exitCode).toBeUndefined();
  expect(written.stdout).toMatchInlineSnapshot(`
    "The small stage writes rows for tests.

      --experiment FILE  the experiment.json
      --point POINT      which point of its sweep, such as within-100
      --stage NAME       which of its stages

    Inputs
      before       small.arrow (optional)

    Outputs
      small.arrow              rows for tests

    Configuration
      rows                 how many rows to write (default 2)
      label                a name
    "
  `);
});

test("a package with several kinds runs the one that the stage uses, and describes all or the one requested", async () => {
  const other = { ...smallStage, uses: "data", description: "does nothing", run: vi.fn() };
  const { experiment } = tinyRepository({ first: { uses: "data" }, third: { uses: "lora" } });
  await stageMain([smallStage, other], ["--experiment", experiment, "--stage", "first"]);
  expect(other.run).toHaveBeenCalledOnce();
  await stageMain([smallStage, other], ["--experiment", experiment, "--stage", "third"]);
  expect(written.stderr).toMatch(/of a kind that this program does not run\n[\s\S]*"lora"\n.*small, data/);

  await stageMain([smallStage, other], ["--help"]);
  expect(written.stdout.match(/^The .* stage .*$/gm)).toEqual([
    "The small stage writes rows for tests.",
    "The data stage does nothing.",
  ]);
  written.stdout = "";
  await stageMain([smallStage, other], ["--help", "data"]);
  expect(written.stdout.match(/^The .* stage/gm)).toEqual(["The data stage"]);
  await stageMain([smallStage, other], ["--help", "tiny"]);
  expect(written.stderr).toMatch(/no such kind of stage\n[\s\S]*"tiny"/);
});
