/** The linter, the formatter and the type checker, on everything there is. */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
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

/** A type checker with a whole core takes some ten seconds; on a busy machine it waits for its turn. In milliseconds. */
const CHECK_TIMEOUT = 240_000;

test("every file passes the linter and is formatted, but for experiments, laid out as their authors like", () => {
  const parts = readdirSync(root).filter((name) => !/^(\.|node_modules$|experiments$|runs$)/.test(name));
  const options = ["--files-ignore-unknown=true", "--colors=off"];
  expect(complaints("node_modules/@biomejs/biome/bin/biome", "check", ...options, ...parts)).toBe("");
});

test.each(["tsconfig.test.json", "tools/nx", "tools/bootstrap"])(
  "every file of %s passes the type checker",
  (project) => {
    expect(complaints("node_modules/typescript/bin/tsc", "-p", project)).toBe("");
  },
  CHECK_TIMEOUT,
);
