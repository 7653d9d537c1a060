/** A title and, below it, a line for each item. */
export function bulleted(title: string, items: readonly string[]): string {
  return [title, ...items.map((item) => `  - ${item}`)].join("\n");
}
