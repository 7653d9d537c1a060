import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, layersSchema, tablePath, writeTable } from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createProgram, main } from "./main.ts";

/** What was printed: results, and what stands on standard error. */
const printed = { out: "", err: "" };
beforeEach(() => {
  Object.assign(printed, { out: "", err: "" });
  vi.spyOn(console, "log").mockImplementation((text) => {
    printed.out += `${text}\n`;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed.err += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe("ft", () => {
  test("describes every command, each with examples of itself", () => {
    for (const command of createProgram().commands) {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(command.description(), command.name()).toMatch(/\w+ \w+/);
      expect(help).toMatch(new RegExp(`Examples:\\n  .*ft ${command.name()}`));
    }
  });

  test("suggests the command that was meant", async () => {
    const program = createProgram().exitOverride();
    let complaint = "";
    program.configureOutput({ writeErr: (text) => (complaint += text) });
    await expect(program.parseAsync(["verfy"], { from: "user" })).rejects.toThrow();
    expect(complaint).toMatch(/unknown command 'verfy'[\s\S]*verify/);
  });

  test("shows its help without loading any package but commander", () => {
    const coverage = mkdtempSync(join(tmpdir(), "ft-help-"));
    const help = execFileSync(process.execPath, ["--input-type=module", "--eval", HELP], {
      cwd: new URL("../..", import.meta.url),
      env: { ...process.env, NODE_V8_COVERAGE: coverage },
      encoding: "utf8",
    });
    const [report] = readdirSync(coverage);
    const loaded = readFileSync(join(coverage, report ?? ""), "utf8");
    rmSync(coverage, { recursive: true });
    expect(help).toMatch(/^Usage: ft/);
    expect(loaded).toMatch(/node_modules\/commander/);
    expect(loaded).not.toMatch(/packages\/|node_modules\/(?!commander)/);
  });
});

const HELP = `
const { createProgram } = await import("./dist/cli/main.js");
createProgram().outputHelp();
`;

describe("ft verify", () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ft-verify-"));
    const provenance = createProvenance({ producer: null, inputs: {}, config: {}, seed: 1 });
    await writeTable(folder, layersSchema, [], provenance);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("tells what a folder's tables are", async () => {
    await main(["verify", folder]);
    expect(printed.out).toMatch(/layers\.arrow\n {2}schema +layers 1/);
    expect(process.exitCode).toBeUndefined();
  });

  test("tells which file is damaged, without a stack, and goes on with the others", async () => {
    const file = tablePath(folder, layersSchema);
    truncateSync(file, 10);
    await main(["verify", file, join(folder, "none.arrow")]);
    expect(printed.err).toMatch(/error the file was cut short/);
    expect(printed.err).toMatch(/error there is no such file/);
    expect(printed.err).not.toMatch(/\n {4}at /);
    expect(process.exitCode).toBe(1);
  });
});
