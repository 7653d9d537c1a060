/** The linter, the formatter and the type checker, on everything there is. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Runs a package's program in the repository's root; returns what it printed if it failed. */
function complaints(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return status === 0 ? "" : stdout + stderr;
}

test("every file passes the linter and is formatted", () => {
  expect(complaints("node_modules/@biomejs/biome/bin/biome", "check", "--colors=off")).toBe("");
});

test.each(["tsconfig.test.json", "tools/nx", "tools/bootstrap"])(
  "every file of %s passes the type checker",
  (project) => {
    expect(complaints("node_modules/typescript/bin/tsc", "-p", project)).toBe("");
  },
);
