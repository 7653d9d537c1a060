/** Formats of numbers on the page. */
import type { Interval } from "@ft/statistics";
import { describeCoverage } from "./seed-values.ts";

const percent = new Intl.NumberFormat("en-US", {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: "negative",
  useGrouping: false,
});
const points = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "exceptZero",
});

/** 0.1234 as "12.3%"; what rounds to zero has no sign. */
export const asPercent = (value: number): string => percent.format(value);

/** Three significant digits; whole numbers in full. */
export const asNumber = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString("en-US") : value.toPrecision(3);

/** A difference of fractions in points: 0.0246 as "+2.46"; what rounds to zero has no sign. */
export const asPoints = (value: number): string => points.format(100 * value);

/** A fraction with its interval: "88.9% (86.8% to 91.0%)". */
export function asInterval({ mean, low, high }: Interval): string {
  return low === null ? asPercent(mean) : `${asPercent(mean)} (${asPercent(low)} to ${asPercent(high!)})`;
}

/** A difference of fractions with its interval: "+0.48 points (95% interval -1.15 to +2.11, over 10 seeds and 1,000 examples)". */
export function asPointInterval(estimate: Interval & { seeds: number; examples: number | null }): string {
  const { mean, low, high } = estimate;
  const ends = low === null ? undefined : `${asPoints(low)} to ${asPoints(high!)}`;
  const interval = ends ? ` (95% interval ${ends}, over ${describeCoverage([estimate])})` : "";
  return `${asPoints(mean)} points${interval}`;
}
