// @ts-check
/** `npm run bench [-- ARGUMENTS]`: the benchmarks of tools/src/bench, which say themselves what they measure. */

import { prepare } from "./prepare.mjs";
import { runNode } from "./run.mjs";

process.exitCode = (await prepare()) ? await runNode("tools/dist/bench/main.js", process.argv.slice(2)) : 1;
