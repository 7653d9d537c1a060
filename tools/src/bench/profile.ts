/** Where a job's time goes: calls, time and arithmetic by kind of operation, beside the machine's matrix speed. */
import type { Bench } from "./bench.ts";
import { commandOf, contenders } from "./contenders.ts";
import type { Job } from "./jobs.ts";
import type { Operation } from "./protocol.ts";
import type { ShapeName } from "./shapes.ts";
import { WorkerProcess } from "./worker-process.ts";

export interface Profile {
  job: Job["name"];
  shape: ShapeName;
  examples: number;
  /** Milliseconds of the run: CPU time and wall clock. */
  cpu: number;
  wall: number;
  /** What took longest first; milliseconds by the wall clock. */
  operations: Operation[];
  /** Floating-point operations a second of CPU time of large matrix products in the same process, before and after. */
  matrixSpeed: number;
}

/**
 * Has our side do a job twice in a process of its own, warming up on the reference's examples and then counted. Training
 * warms up on all: the memory of its steps settles in the first few.
 */
export async function profile(bench: Bench, job: Job, shape: ShapeName, folder: string): Promise<Profile> {
  const { root, pinning, threads } = bench;
  const command = [...pinning, ...commandOf(contenders.ours, root, undefined)];
  const worker = new WorkerProcess(command, root, { FT_THREADS: String(threads) });
  const { examples, reference } = job.sizes[shape]!;
  const { variant } = contenders.ours;
  try {
    const what = { job: job.name, variant, folder, batch: job.batch, threads, profile: true };
    await worker.ask({ do: "prepare", ...what });
    const warmUp = job.unit === "step" ? examples : reference;
    await worker.ask({ do: "run", examples: warmUp, values: false });
    const before = await worker.ask({ do: "speed" });
    const { cpu, wall, operations = [] } = await worker.ask({ do: "run", examples, values: false });
    const after = await worker.ask({ do: "speed" });
    const matrixSpeed = 2 / (1 / before.flops + 1 / after.flops);
    operations.sort((a, b) => b.milliseconds - a.milliseconds);
    return { job: job.name, shape, examples, cpu: 1000 * cpu, wall: 1000 * wall, operations, matrixSpeed };
  } finally {
    worker.stop();
  }
}
