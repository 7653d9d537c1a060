/** A table in Markdown. @param left how many of the first columns hold words, which are aligned to the left */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: number,
): string {
  const aligned = head.map((_, column) => (column < left ? "---" : "---:"));
  return [head, aligned, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
