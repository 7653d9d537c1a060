import { spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/** Runs a program whose stderr is a file, and gives what it wrote there. */
function stderrOf(body: string): string {
  const program = `import { writeSync } from "node:fs"; import { muteStderr } from "./mute-stderr.mjs";\n${body}`;
  writeFileSync(join(folder, "program.mjs"), program);
  const log = join(folder, "stderr.txt");
  const { status } = spawnSync(process.execPath, ["program.mjs"], {
    cwd: folder,
    stdio: ["ignore", "ignore", openSync(log, "w")],
  });
  expect(status).toBe(0);
  return readFileSync(log, "utf8");
}

test("nothing written to descriptor 2 meanwhile shows, and everything after it does", () => {
  const written = stderrOf(`
    console.error("before");
    const result = muteStderr(() => { writeSync(2, "banner"); return 7; });
    console.error("after", result);`);
  expect(written).toBe("before\nafter 7\n");
});

test("an error passes through, and stderr is back", () => {
  const written = stderrOf(`
    try { muteStderr(() => { writeSync(2, "banner"); throw new Error("inside"); }); }
    catch (error) { console.error(error.message); }`);
  expect(written).toBe("inside\n");
});
