import { Worker } from "node:worker_threads";
import { type ErrorPlace, regularFile, UserError } from "@ft/bytes";
import type { AnySchema, TableSchema } from "../schemas/schema.ts";
import { formatInteger } from "../text/format-number.ts";
import { damaged } from "./arrow/damaged.ts";
import { scanRows } from "./scan.ts";
import { tablePath } from "./table-path.ts";

/** The worker is compiled, whether this module is or not: a worker cannot run TypeScript. */
const WORKER = new URL("../../dist/tables/probe-worker.js", import.meta.url);
/** What a worker may take, and what more for each MiB of the file; some machines are slow. */
const SECONDS = 4;
const SECONDS_PER_MIB = 1;
const HEAP_MIB = 512;

/** What a worker reports: that it has loaded, that the table can be read, or why not. */
export type Probe = "ready" | "readable" | { problem: string; at: ErrorPlace };

/**
 * Checks a table without a manifest against its schema: every value, every row and their order. Nobody vouches for such
 * a file, so a worker reads it first, within limits of time and memory: damage cannot hang or end this process.
 *
 * @param folderOrFile the Arrow file, or the folder that holds it under the schema's file name
 * @returns how many rows it has
 * @throws UserError if it breaks the contract, or reading it takes longer than its size allows
 */
export async function checkTable<Row>(folderOrFile: string, schema: TableSchema<Row>): Promise<number> {
  const path = tablePath(folderOrFile, schema);
  const table = schema as unknown as AnySchema;
  await probe(path, table);
  let rows = 0;
  for (const _ of scanRows(path, table)) rows++;
  return rows;
}

/** Lets a worker read a file's record batches and check their lengths and offsets. */
async function probe(path: string, { name, version, columns }: AnySchema): Promise<void> {
  const seconds = SECONDS + Math.ceil((SECONDS_PER_MIB * regularFile(path)) / 2 ** 20);
  const worker = new Worker(WORKER, {
    workerData: { path, schema: { name, version, columns } },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = () => reject(damaged(path, `it could not be read within ${formatInteger(seconds)} s`));
      worker.on("message", (probe: Probe) => {
        if (probe === "ready") timer = setTimeout(stop, 1000 * seconds);
        else if (probe === "readable") resolve();
        else reject(new UserError(probe.problem, probe.at));
      });
      worker.on("error", (error: NodeJS.ErrnoException) => {
        const exhausted = error.code === "ERR_WORKER_OUT_OF_MEMORY";
        reject(exhausted ? damaged(path, `reading it takes more than ${HEAP_MIB} MiB`) : error);
      });
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
