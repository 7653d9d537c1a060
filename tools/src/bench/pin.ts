/** Which cores a measurement is held to. */
import { execa } from "execa";

/**
 * What goes before a command line so that it runs on `count` cores, always the same ones: taskset's, or nothing where
 * there is no taskset or there are not so many cores.
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
