/** How much memory this process has. Linux's own counts; elsewhere getrusage's, which holds the process it was forked from. */
import { readFileSync, writeFileSync } from "node:fs";

/** The largest resident memory before the last {@link restartPeak}. */
let before = 0;

/** Resident memory now, in bytes. */
export function residentBytes(): number {
  return status("VmRSS") ?? process.memoryUsage.rss();
}

/** From here on {@link peaks} also tells the largest resident memory since this call. */
export function restartPeak(): void {
  before = Math.max(before, peak());
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Not on Linux: the peak since the process began stands for it.
  }
}

/** The largest resident memory from the process's start and since {@link restartPeak}, in bytes. */
export function peaks(): { peakBytes: number; workingBytes: number } {
  const workingBytes = peak();
  return { peakBytes: Math.max(before, workingBytes), workingBytes };
}

function peak(): number {
  return status("VmHWM") ?? process.resourceUsage().maxRSS * 1024;
}

function status(field: string): number | undefined {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync("/proc/self/status", "utf8"));
    return line ? Number(line[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}
