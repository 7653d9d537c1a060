#!/usr/bin/env node
// @ts-check
/** `npx ft`: builds what changed and runs the command. */

import { build } from "../bootstrap/build.mjs";

if (await build()) {
  const { main } = await import("../dist/cli/main.js");
  await main(process.argv.slice(2));
} else {
  process.exitCode = 1;
}
