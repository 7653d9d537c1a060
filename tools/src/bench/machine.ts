/** The machine of a measurement, and the cores it is pinned to. */
import { cpus, loadavg, totalmem } from "node:os";
import { execa } from "execa";

/** Such as "AMD EPYC, 2 cores, 24 GiB, linux x64"; all cores, even if this process may use fewer. */
export function describeMachine(): string {
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processor}, ${cpus().length} cores, ${memory} GiB, ${process.platform} ${process.arch}`;
}

/** Processes that wait for a core, averaged over the last minute. */
export function load(): string {
  return loadavg()[0]!.toFixed(1);
}

/**
 * A prefix that runs a command line on `count` cores, always the same ones: taskset's arguments, or nothing if
 * there is no taskset or there are fewer cores.
 */
export async function pinning(count: number): Promise<string[]> {
  const { failed, stdout } = await execa("taskset", ["-c", "-p", String(process.pid)], { reject: false });
  const allowed = failed ? [] : parseCores(stdout.slice(stdout.lastIndexOf(":") + 1));
  return allowed.length < count ? [] : ["taskset", "-c", allowed.slice(-count).join(",")];
}

/** "0,2-4" as [0, 2, 3, 4]. */
export function parseCores(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.trim().split("-").map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
  });
}
