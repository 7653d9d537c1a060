import { Worker } from "node:worker_threads";
import { type ErrorPlace, regularFile, UserError } from "@ft/bytes";
import type { AnySchema, TableSchema } from "../schemas/schema.ts";
import { damaged } from "./arrow/damaged.ts";
import { scanRows } from "./scan.ts";
import { tablePath } from "./table-path.ts";

/** The worker that reads a table first, and its limits. Only tests change this. */
export interface ProbeOptions {
  /** Always the compiled worker, since a worker cannot run TypeScript. */
  worker: URL;
  /** Time for any file, plus time for each MiB of it, in seconds; generous, for slow machines. */
  seconds: number;
  secondsPerMib: number;
  /** Memory for everything but the file's own bytes, which are bounded where they are read. */
  heapMib: number;
}

const defaults: ProbeOptions = {
  worker: new URL("../../dist/tables/probe-worker.js", import.meta.url),
  seconds: 4,
  secondsPerMib: 1,
  heapMib: 512,
};

/** A worker's report: that it has loaded, that the table can be read, or why not. */
export type Probe = "ready" | "readable" | { problem: string; at: ErrorPlace };

/**
 * Reads a table without a manifest one row at a time, each checked against its schema, and their order. Such a file may
 * be damaged, so a worker reads it first, within limits of time and memory: it cannot hang or end this process.
 *
 * @param folderOrFile the Arrow file, or the folder that holds it under the schema's file name
 * @throws UserError if reading it takes longer than its size allows, or, as rows are read, if it breaks the contract
 */
export async function scanUnsealed<Row>(
  folderOrFile: string,
  schema: TableSchema<Row>,
  options: Partial<ProbeOptions> = {},
): Promise<Iterable<Row>> {
  const path = tablePath(folderOrFile, schema);
  const table = schema as unknown as AnySchema;
  await probe(path, table, { ...defaults, ...options });
  return scanRows(path, table) as Iterable<Row>;
}

/** Checks a table as {@link scanUnsealed} reads it. @returns how many rows it has */
export async function checkTable<Row>(...table: Parameters<typeof scanUnsealed<Row>>): Promise<number> {
  let rows = 0;
  for (const _ of await scanUnsealed(...table)) rows++;
  return rows;
}

/** Lets a worker read a file's record batches and check their lengths and offsets. */
async function probe(
  path: string,
  { name, version, columns }: AnySchema,
  { worker: url, heapMib, ...limits }: ProbeOptions,
): Promise<void> {
  const seconds = limits.seconds + (limits.secondsPerMib * regularFile(path)) / 2 ** 20;
  const worker = new Worker(url, {
    workerData: { path, schema: { name, version, columns } },
    resourceLimits: { maxOldGenerationSizeMb: heapMib },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = () => reject(damaged(path, `it could not be read within ${seconds.toFixed(1)} s`));
      worker.on("message", (probe: Probe) => {
        if (probe === "ready") timer = setTimeout(stop, 1000 * seconds);
        else if (probe === "readable") resolve();
        else reject(new UserError(probe.problem, probe.at));
      });
      worker.on("error", (error: NodeJS.ErrnoException) => {
        const exhausted = error.code === "ERR_WORKER_OUT_OF_MEMORY";
        reject(exhausted ? damaged(path, `reading it takes more than ${heapMib} MiB`) : error);
      });
      worker.on("exit", (code) => reject(new Error(`the worker that reads tables ended with code ${code}`)));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
