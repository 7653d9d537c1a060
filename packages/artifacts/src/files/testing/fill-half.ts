/** Fills half of the folder named by its argument, reports it, and waits to be killed. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { swapFolder } from "../swap-folder.ts";

await swapFolder(process.argv[2]!, async (temporary) => {
  writeFileSync(join(temporary, "new"), "new");
  process.stdout.write("half filled\n");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
