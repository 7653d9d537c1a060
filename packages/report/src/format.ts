/** Formats of numbers on the page. */
import type { Interval } from "@ft/statistics";

/** 0.1234 as "12.3%". */
export const asPercent = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** Three significant digits; whole numbers in full. */
export const asNumber = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString("en-US") : value.toPrecision(3);

/** A difference of fractions in points: 0.0246 as "+2.46". */
export const asPoints = (value: number): string => `${value >= 0 ? "+" : ""}${(100 * value).toFixed(2)}`;

/** A fraction with its interval: "88.9% (86.8% to 91.0%)". */
export function asInterval({ mean, low, high }: Interval): string {
  return low === null ? asPercent(mean) : `${asPercent(mean)} (${asPercent(low)} to ${asPercent(high!)})`;
}

/** A difference of fractions with its interval: "+0.48 points (95% interval -1.15 to +2.11)". */
export function asPointInterval({ mean, low, high }: Interval): string {
  const interval = low === null ? "" : ` (95% interval ${asPoints(low)} to ${asPoints(high!)})`;
  return `${asPoints(mean)} points${interval}`;
}
