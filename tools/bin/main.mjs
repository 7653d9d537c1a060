// @ts-check
/** The `ft` command, compiled. */

import { main } from "../dist/cli/main.js";

await main(process.argv.slice(2));
