const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** An integer with thousands separators: 1,234. */
export function formatInteger(value: number): string {
  return grouped.format(value);
}

/** A count of things: "1 edge", "12,444 edges". @param noun in the singular, with a plural in -s */
export function counted(count: number, noun: string): string {
  return `${formatInteger(count)} ${noun}${count === 1 ? "" : "s"}`;
}

const GIB = 2 ** 30;

/** A number of bytes: "7.4 GiB", below a tenth of one "52 MiB". */
export function formatBytes(bytes: number): string {
  return bytes < GIB / 10 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
}
