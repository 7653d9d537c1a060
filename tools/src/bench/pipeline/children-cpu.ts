/** What child processes have cost. */
import { readFileSync } from "node:fs";

/** Linux counts a hundred ticks a second, whatever the kernel's own clock (USER_HZ). */
const TICK = 10;
/** Places of cutime and cstime after the command's name, which may hold anything; see proc_pid_stat(5). */
const PLACES = [13, 14];

/**
 * CPU milliseconds of all child processes that have ended, with those that they had waited for; undefined where the system
 * does not tell.
 */
export function childrenCpu(): number | undefined {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return TICK * PLACES.reduce((sum, place) => sum + Number(fields[place]), 0);
  } catch {
    return undefined;
  }
}
