/** What it takes to run an experiment from its prompts to its report, and how much of that is what it is for. */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";
import { execa } from "execa";
import { childrenCpu } from "./children-cpu.ts";
import { readTraces, type Spent, type StageTrace } from "./stage-trace.ts";

export interface Pipeline {
  experiment: string;
  /** `npm start` with nothing of the experiment in Nx's cache; CPU time where the system tells. */
  whole: Partial<Spent> & { wall: number };
  /** `npm start` again, with everything in the cache. */
  again: Partial<Spent> & { wall: number };
  stages: StageTrace[];
}

/**
 * Runs an experiment's stages with a cache of their own, which holds the built packages and nothing else, and then once
 * more. Its outputs are written as ever.
 *
 * @param root the repository's
 * @param experiment as `npm start` takes it
 */
export async function measurePipeline(root: string, experiment: string): Promise<Pipeline> {
  const folder = mkdtempSync(join(tmpdir(), "ft-pipeline-"));
  const trace = join(folder, "trace");
  const env = {
    NX_CACHE_DIRECTORY: join(folder, "cache"),
    NX_WORKSPACE_DATA_DIRECTORY: join(folder, "data"),
  };
  const run = (command: readonly string[], more: Record<string, string> = {}) =>
    timed(root, command, { ...env, ...more });
  try {
    await run([createRequire(join(root, "package.json")).resolve("nx"), "run-many", "-t", "build"]);
    const start = [join(root, "tools/bootstrap/start.mjs"), experiment];
    const whole = await run(start, { FT_TRACE: trace });
    const again = await run(start);
    return { experiment, whole, again, stages: readTraces(trace) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a script with its arguments; the terminal shows what it says. @throws UserError if it fails */
async function timed(root: string, args: readonly string[], env: Record<string, string>) {
  const cpu = childrenCpu();
  const began = performance.now();
  const { failed } = await execa(process.execPath, args, {
    cwd: root,
    env,
    reject: false,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const wall = performance.now() - began;
  if (failed) throw new UserError("the pipeline did not finish", { remedy: "the reason is above" });
  const after = childrenCpu();
  return { wall, ...(cpu !== undefined && after !== undefined && { cpu: after - cpu }) };
}
