/** The Node side of the bench: one job, told and answered as protocol.ts has it. */
import { createInterface } from "node:readline";
import { type CountedOps, countOps, type Ops, openBackend } from "@ft/backend";
import type {
  Cost,
  Ended,
  JobName,
  Measured,
  Prepare,
  Prepared,
  Request,
  Run,
  SpeedMeasured,
} from "../protocol.ts";
import { shapes } from "../shapes.ts";
import { readWorkload } from "../workload.ts";
import { attribution, evaluation } from "./circuits.ts";
import { forward, loading } from "./forward.ts";
import type { PrepareJob, Runner } from "./job.ts";
import { matrixSpeed } from "./matrix-speed.ts";
import { peaks, residentBytes, restartPeak } from "./memory.ts";
import { fullStep, loraStep } from "./training.ts";

const jobs: Record<JobName, PrepareJob> = {
  "eap-ig": attribution,
  evaluate: evaluation,
  "lora-step": loraStep,
  "full-step": fullStep,
  forward,
  load: loading,
};

// What was prepared.
let ops: Ops;
let counted: CountedOps | undefined;
let runner: Runner;

async function prepare({ job, folder, batch, threads, variant, profile }: Prepare): Promise<Prepared> {
  ops = await openBackend({ threads, mute: true });
  if (profile) {
    counted = countOps(ops, { timed: true });
    ops = counted.ops;
  }
  const share = variant !== "unshared";
  runner = await jobs[job]({ ops, folder, workload: readWorkload(folder), share, batch });
  const { name, library } = ops.info;
  restartPeak();
  return { versions: { backend: name, library, node: process.versions.node }, readyBytes: residentBytes() };
}

async function run({ examples, values }: Run): Promise<Measured> {
  counted?.reset();
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await runner(examples);
  const { user, system } = process.cpuUsage(cpu);
  const wall = (performance.now() - began) / 1000;
  const operations = counted && [...counted.counts].map(([name, count]) => ({ name, ...count }));
  return {
    cpu: (user + system) / 1e6,
    wall,
    values: values ? Array.from(result) : null,
    ...(operations && { operations }),
  };
}

type Answer = Cost | Prepared | Measured | Ended | SpeedMeasured | Record<string, never>;

async function answer(request: Request): Promise<Answer> {
  switch (request.do) {
    case "make": {
      const { makeWorkload } = await import("./make-workload.ts");
      await makeWorkload(
        await openBackend({ mute: true }),
        request.root,
        request.folder,
        shapes[request.shape],
      );
      return {};
    }
    case "prepare":
      return prepare(request);
    case "run":
      return run(request);
    case "speed":
      return { flops: matrixSpeed(ops) };
    case "grow": {
      const { grow } = await import("./grow.ts");
      ops ??= await openBackend({ threads: request.threads, mute: true });
      return grow(ops, readWorkload(request.folder).pairs, request.setup);
    }
    case "end":
      return peaks();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(await answer(JSON.parse(line) as Request)));
  } catch (error) {
    console.log(JSON.stringify({ error: (error as Error).message }));
  }
}
process.exit();
