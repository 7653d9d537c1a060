/** Where a job's time goes: calls, time and arithmetic by kind of operation, beside the machine's matrix speed. */
import Table from "cli-table3";
import type { Bench } from "./compare.ts";
import { commandOf, contenders } from "./contenders.ts";
import type { Job } from "./jobs.ts";
import type { Operation } from "./protocol.ts";
import type { ShapeName } from "./shapes.ts";
import { WorkerProcess } from "./worker-process.ts";

export interface Profile {
  job: Job["name"];
  shape: ShapeName;
  /** Wall-clock milliseconds of the run. */
  milliseconds: number;
  /** What took longest first. */
  operations: Operation[];
  /** Floating-point operations a second of a large matrix product, in the same process. */
  matrixSpeed: number;
}

/** Runs our side once to warm up and once counted. */
export async function profile(bench: Bench, job: Job, shape: ShapeName, folder: string): Promise<Profile> {
  const { root, pinning, threads } = bench;
  const command = [...pinning, ...commandOf(contenders.ours, root, undefined)];
  const worker = new WorkerProcess(command, root, { FT_THREADS: String(threads) });
  const { examples } = job.sizes[shape]!;
  const { variant } = contenders.ours;
  try {
    const what = { job: job.name, variant, folder, batch: job.batch, threads, profile: true };
    await worker.ask({ do: "prepare", ...what });
    await worker.ask({ do: "run", examples, values: false });
    const { wall, operations = [] } = await worker.ask({ do: "run", examples, values: false });
    const { flops } = await worker.ask({ do: "speed" });
    operations.sort((a, b) => b.milliseconds - a.milliseconds);
    return { job: job.name, shape, milliseconds: 1000 * wall, operations, matrixSpeed: flops };
  } finally {
    worker.stop();
  }
}

/** A profile for a terminal, with what it says about matrix products in a last line. */
export function renderProfile({ shape, milliseconds, operations, matrixSpeed }: Profile): string {
  const table = new Table({
    head: ["operation", "calls", "ms", "share", "GFLOP/s"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  const counted = operations.reduce((sum, operation) => sum + operation.milliseconds, 0);
  const share = (part: number) => `${((100 * part) / milliseconds).toFixed(1)}%`;
  for (const { name, calls, milliseconds: time, flops } of operations)
    table.push([name, calls, time.toFixed(1), share(time), flops > 0 ? (flops / time / 1e6).toFixed(1) : ""]);
  table.push([
    "between operations",
    "",
    (milliseconds - counted).toFixed(1),
    share(milliseconds - counted),
    "",
  ]);
  const products = operations.find(({ name }) => name === "matMul");
  const speed = products ? (1000 * products.flops) / products.milliseconds : 0;
  return [
    shape,
    table.toString(),
    `${share(products?.milliseconds ?? 0)} of the time in matrix products, at ${((100 * speed) / matrixSpeed).toFixed(0)}% ` +
      `of this machine's ${(matrixSpeed / 1e9).toFixed(0)} GFLOP/s`,
  ].join("\n");
}
