/** How numbers are written, on a terminal and in the documentation. */

/** Three significant digits; whole from 1,000 on. */
export function milliseconds(value: number): string {
  if (value >= 999.5) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

/** Three significant digits, two below 10: "4.7x". */
export function times(ratio: number): string {
  return `${ratio.toPrecision(ratio < 10 ? 2 : 3)}x`;
}

export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

/** A share as a whole number of percent, one decimal below 10. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(Math.abs(share) < 0.0995 ? 1 : 0)}%`;
}
