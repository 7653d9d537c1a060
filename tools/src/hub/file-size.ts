import { counted, formatInteger } from "@ft/artifacts";

const UNITS = ["bytes", "kB", "MB", "GB"];

/** A size of files in the powers of 1000 that the hub and disks are measured in: "812 bytes", "71 kB", "166 MB", "2.8 GB". */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return counted(bytes, "byte");
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === UNITS.length - 1 ? value.toFixed(1) : formatInteger(value)} ${UNITS[power]}`;
}
