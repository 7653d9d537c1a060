/** The Node worker of the bench: does one job by the protocol in protocol.ts. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { openBackend } from "@ft/backend";
import type { Measured, Prepare, Prepared, Request, Run } from "../protocol.ts";
import { shapes } from "../shapes.ts";
import { readWorkload } from "../workload.ts";
import { prepareJob, type Runner } from "./jobs.ts";

let runner: Runner;

async function prepare({ job, folder, batch, threads, variant }: Prepare): Promise<Prepared> {
  const ops = await openBackend({ threads, mute: true });
  const share = variant !== "unshared";
  runner = await prepareJob[job]({ ops, folder, workload: readWorkload(folder), share, batch });
  const readyBytes = status("VmRSS") ?? process.memoryUsage.rss();
  return { versions: { library: ops.info.library, node: process.versions.node }, readyBytes };
}

function run({ examples, values }: Run): Measured {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = runner(examples);
  const { user, system } = process.cpuUsage(cpu);
  const wall = (performance.now() - began) / 1000;
  const peakBytes = status("VmHWM") ?? process.resourceUsage().maxRSS * 1024;
  return { cpu: (user + system) / 1e6, wall, peakBytes, values: values ? Array.from(result) : null };
}

/** A size in Linux's own account of this process. Elsewhere getrusage's is used, which may be that of the process it was forked from. */
function status(field: "VmRSS" | "VmHWM"): number | undefined {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync("/proc/self/status", "utf8"));
    return line ? Number(line[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

async function answer(request: Request): Promise<Prepared | Measured | Record<string, never>> {
  switch (request.do) {
    case "make": {
      const { makeWorkload } = await import("./make-workload.ts");
      const ops = await openBackend({ mute: true });
      await makeWorkload(ops, request.root, request.folder, shapes[request.shape]);
      return {};
    }
    case "prepare":
      return prepare(request);
    case "run":
      return run(request);
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
