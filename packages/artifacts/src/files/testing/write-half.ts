/** Writes half of the file named by its argument, reports it, and waits to be killed. */

import { AtomicFile } from "../atomic-file.ts";

const file = new AtomicFile(process.argv[2]!);
file.write(Buffer.from("ha"));
process.stdout.write("half written\n");
setInterval(() => {}, 1000);
