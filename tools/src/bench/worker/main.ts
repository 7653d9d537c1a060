/** The Node side of the bench: one job, told and answered as protocol.ts has it. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { openBackend } from "@ft/model";
import type { Ended, JobName, Measured, Prepare, Prepared, Request, Run } from "../protocol.ts";
import { shapes } from "../shapes.ts";
import { readWorkload } from "../workload.ts";
import { attribution, evaluation } from "./circuits.ts";
import { forward, loading } from "./forward.ts";
import type { PrepareJob, Runner } from "./job.ts";
import { fullStep, loraStep } from "./training.ts";

const jobs: Record<JobName, PrepareJob> = {
  "eap-ig": attribution,
  evaluate: evaluation,
  "lora-step": loraStep,
  "full-step": fullStep,
  forward,
  load: loading,
};

let runner: Runner | undefined;

async function prepare({ job, folder, batch, threads, variant }: Prepare): Promise<Prepared> {
  const ops = await openBackend({ threads, mute: true });
  const share = variant !== "unshared";
  runner = await jobs[job]({ ops, folder, workload: readWorkload(folder), share, batch });
  const { name, library } = ops.info;
  return { versions: { backend: name, library, node: process.versions.node } };
}

async function run({ examples, values }: Run): Promise<Measured> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await runner!(examples);
  const { user, system } = process.cpuUsage(cpu);
  const wall = (performance.now() - began) / 1000;
  return { cpu: (user + system) / 1e6, wall, values: values ? Array.from(result) : null };
}

/** Linux's own count of this process; elsewhere getrusage's, which may hold the process it was forked from. */
function peakBytes(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // Not on Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

async function answer(request: Request): Promise<Prepared | Measured | Ended | Record<string, never>> {
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
    case "end":
      return { peakBytes: peakBytes() };
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
