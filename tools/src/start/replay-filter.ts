import { stripVTControlCharacters } from "node:util";

/**
 * Tells which lines of Nx's output are worth showing: all but what it replays of tasks whose results came from its
 * cache. The line that says so is kept.
 *
 * @returns a function to call with every line in turn
 */
export function replayFilter(): (line: string) => boolean {
  let replaying = false;
  return (line) => {
    const text = stripVTControlCharacters(line).trim();
    const task = /^> nx run \S+(.*)$/.exec(text);
    if (task) {
      replaying = /\[.*cache.*\]/.test(task[1] ?? "");
      return true;
    }
    if (/^NX\b/.test(text)) replaying = false;
    return !replaying;
  };
}
