const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** An integer with thousands separators: 1,234. */
export function formatInteger(value: number): string {
  return grouped.format(value);
}
