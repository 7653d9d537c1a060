/** Cells of tables that are read, in text: means of fractions in percent, with their interval and their number. */
import { type Interval, meanInterval } from "@ft/statistics";
import { asPercent } from "./format.ts";

/** The cell of an experiment or a method without results. */
export const NOT_RUN = "not run";

/** Columns of text. */
export function textColumns(...labels: readonly string[]): { name: string; label: string }[] {
  return labels.map((label) => ({ name: label, label }));
}

/** A fraction in percent, without the sign, which the caption names. */
export function percentText(value: number): string {
  return asPercent(value).replace("%", "");
}

/** A mean of fractions with its 95% interval and its number of values: "90.2 (88.8 to 91.5), n = 5", in percent. */
export function percentCell(values: readonly number[]): string {
  if (values.length === 0) return NOT_RUN;
  return `${intervalText(meanInterval(values), percentText)}, ${countText(values.length)}`;
}

/** Intervals that are narrower are of values without spread, up to rounding. */
const NO_SPREAD = 1e-12;

/** "mean (low to high)", or the mean alone if the spread is unknown or there is none; lines break only before the interval. */
export function intervalText({ mean, low, high }: Interval, format: (value: number) => string): string {
  if (low === null || high! - low < NO_SPREAD) return format(mean);
  return `${format(mean)} (${format(low)}\u00a0to\u00a0${format(high!)})`;
}

/** "n = 5", which no line breaks. */
export function countText(count: number): string {
  return `n\u00a0=\u00a0${count}`;
}

/** The different values of a column, in the order in which they first occur. */
export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}
