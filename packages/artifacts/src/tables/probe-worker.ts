/** Reads the record batches of a file that cannot be verified, and reports whether they can be read. */

import { parentPort, workerData } from "node:worker_threads";
import { UserError } from "@ft/bytes";
import type { AnySchema } from "../schemas/schema.ts";
import type { Probe } from "./check-table.ts";
import { scanBatches } from "./scan.ts";

const { path, schema } = workerData as { path: string; schema: AnySchema };
const report = (probe: Probe) => parentPort!.postMessage(probe);

report("ready");
try {
  for (const _ of scanBatches(path, schema));
  report("readable");
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  report({ problem: error.problem, at: error.at });
}
