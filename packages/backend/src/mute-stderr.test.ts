import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformWithOxc } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ft-mute-"));
  const source = join(import.meta.dirname, "mute-stderr.ts");
  const { code } = await transformWithOxc(readFileSync(source, "utf8"), source);
  writeFileSync(join(folder, "mute-stderr.mjs"), code);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a shell command in which `$RUN` is the program, and returns its output. */
function outputOf(body: string, line: string): string {
  const program = `import { writeSync } from "node:fs"; import { muteStderr } from "./mute-stderr.mjs";\n${body}`;
  writeFileSync(join(folder, "program.mjs"), program);
  const env = { ...process.env, RUN: `${process.execPath} program.mjs` };
  const { status, stdout } = spawnSync("sh", ["-c", line], { cwd: folder, env, encoding: "utf8" });
  expect(status).toBe(0);
  return stdout;
}

test("what is written to descriptor 2 meanwhile is hidden, and what is written afterwards is not", () => {
  const written = outputOf(
    `console.error("before");
    const result = muteStderr(() => { writeSync(2, "banner"); return 7; });
    console.error("after", result);`,
    "$RUN 2>&1 >/dev/null | cat",
  );
  expect(written).toBe("before\nafter 7\n");
});

test("an error passes through, and stderr is back", () => {
  const written = outputOf(
    `try { muteStderr(() => { writeSync(2, "banner"); throw new Error("inside"); }); }
    catch (error) { console.error(error.message); }`,
    "$RUN 2>&1 >/dev/null | cat",
  );
  expect(written).toBe("inside\n");
});

test("in a log that stdout, stderr and later commands share, nothing is overwritten", () => {
  const written = outputOf(
    `console.error("stderr before");
    muteStderr(() => 7);
    console.error("stderr after");
    console.log("stdout");`,
    "{ $RUN; echo later; } > log.txt 2>&1; cat log.txt",
  );
  expect(written).toBe("stderr before\nstderr after\nstdout\nlater\n");
});
