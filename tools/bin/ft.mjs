#!/usr/bin/env node
// @ts-check
/** `npx ft`: builds what changed, runs the command in a child process, and reports if the system ends it. */

import { fileURLToPath } from "node:url";
import { build } from "../bootstrap/build.mjs";
import { describeEnd, runChild } from "../nx/run-child.mjs";

if (await build()) {
  const script = fileURLToPath(new URL("main.mjs", import.meta.url));
  const { code, signal } = await runChild(process.execPath, [script, ...process.argv.slice(2)]);
  if (signal !== undefined) console.error(`error ${describeEnd("ft", signal)}`);
  process.exitCode = code;
} else {
  process.exitCode = 1;
}
