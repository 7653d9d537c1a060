// @ts-check
/**
 * `node tools/bootstrap/prepared.mjs SCRIPT [ARGUMENTS]`: runs a script of this repository or of an installed package
 * when packages are installed, everything is built and the backend is set up.
 */

import { prepare } from "./prepare.mjs";
import { runNode } from "./run.mjs";

const [script = "", ...args] = process.argv.slice(2);
process.exitCode = (await prepare()) ? await runNode(script, args) : 1;
