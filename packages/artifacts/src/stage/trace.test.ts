import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import type { TraceLine } from "./trace.ts";

const built = fileURLToPath(new URL("../../dist/stage/trace.js", import.meta.url));
const program = `
  import { mark, traceStage } from ${JSON.stringify(built)};
  traceStage("a");
  mark("work");
`;

function run(env: Record<string, string>): void {
  execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    env: { ...process.env, ...env },
  });
}

test("a process is traced from its start to its end", () => {
  const file = join(temporaryFolder(), "trace");
  run({ FT_TRACE: file });
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const trace = lines.map((line) => JSON.parse(line) as TraceLine);
  expect(trace.map(({ stage, phase }) => [stage, phase])).toEqual([
    ["a", "start"],
    ["a", "work"],
    ["a", "end"],
  ]);
  for (const key of ["at", "cpu"] as const)
    expect(trace.map((line) => line[key])).toEqual(trace.map((line) => line[key]).sort((a, b) => a - b));
});

test("nothing is written where no trace is asked for", () => {
  const file = join(temporaryFolder(), "trace");
  run({ FT_TRACE: "" });
  expect(existsSync(file)).toBe(false);
});
