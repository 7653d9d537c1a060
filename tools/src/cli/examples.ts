/** The examples at the end of a command's help: each a command line and what it does. */
export function examples(...lines: readonly (readonly [command: string, what: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  const rows = lines.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`);
  return ["", "Examples:", ...rows].join("\n");
}
