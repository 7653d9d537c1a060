/** JSON of one form: keys sorted, two spaces, a line feed at the end. Equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(value, (_key, part) => (isPlain(part) ? sorted(part) : part), 2)}\n`;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
