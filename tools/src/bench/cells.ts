/** A result as the cells of a table, the same on a terminal and in the documentation. */
import type { Result } from "./compare.ts";
import { contenders } from "./contenders.ts";
import { gibibytes, milliseconds, times } from "./format.ts";
import type { Job } from "./jobs.ts";
import type { Spread } from "./statistics.ts";

export function headings({ unit }: Pick<Job, "unit">): string[] {
  return [
    "shape",
    "who",
    `CPU ms per ${unit}`,
    `wall ms per ${unit}`,
    "times ours, CPU",
    "wall",
    "memory at first",
    "peak",
    "error",
  ];
}

export function cells({ shape, contender, cpu, wall, ratio, memory, error }: Result): string[] {
  const isOurs = contender === "ours";
  return [
    shape,
    contenders[contender].title,
    withRange(cpu),
    withRange(wall),
    isOurs ? "" : times(ratio.cpu),
    isOurs ? "" : times(ratio.wall),
    gibibytes(memory.readyBytes),
    gibibytes(memory.peakBytes),
    isOurs ? "" : error === 0 ? "0" : error.toExponential(0),
  ];
}

function withRange({ median, low, high }: Spread): string {
  if (low === high) return milliseconds(median);
  return `${milliseconds(median)} (${milliseconds(low)} to ${milliseconds(high)})`;
}
