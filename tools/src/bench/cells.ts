/** A result as the cells of a table, the same on a terminal and in the documentation. */
import type { Result } from "./compare.ts";
import { contenders } from "./contenders.ts";
import type { Job } from "./jobs.ts";
import type { Spread } from "./statistics.ts";

export function headings({ unit }: Pick<Job, "unit">): string[] {
  return ["shape", "", `CPU ms per ${unit}`, "lowest to highest", "times ours", "peak memory", "error"];
}

export function cells(result: Result): string[] {
  const { shape, contender, cpu, ratio, peakBytes, error } = result;
  return [
    shape,
    contenders[contender].title,
    milliseconds(cpu.median),
    range(cpu),
    contender === "ours" ? "" : `${ratio.toPrecision(ratio < 10 ? 2 : 3)}x`,
    `${(peakBytes / 2 ** 30).toFixed(2)} GiB`,
    contender === "ours" ? "" : error === 0 ? "0" : error.toExponential(0),
  ];
}

function range({ low, high }: Spread): string {
  return low === high ? "" : `${milliseconds(low)} to ${milliseconds(high)}`;
}

function milliseconds(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en-US");
  return value
    .toPrecision(3)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}
