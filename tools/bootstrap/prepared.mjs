// @ts-check
/**
 * `node tools/bootstrap/prepared.mjs SCRIPT [ARGUMENTS]`: installs packages, builds everything and sets up the
 * backend, then runs a script of this repository or of an installed package.
 */

import { prepare } from "./prepare.mjs";
import { runNode } from "./run.mjs";

const [script = "", ...args] = process.argv.slice(2);
process.exitCode = (await prepare()) ? await runNode(script, args) : 1;
