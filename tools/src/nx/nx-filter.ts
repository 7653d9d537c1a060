import { stripVTControlCharacters } from "node:util";

/** TensorFlow's greeting, which no setting silences and which a stage cannot mute when its output is a pipe. */
const BANNER =
  /absl::InitializeLog\(\)|oneDNN custom operations are on|TensorFlow binary is optimized|To enable the following instructions/;

/**
 * Filters Nx's output. Empty lines, TensorFlow's greeting and output replayed from the cache are left out; the line
 * that says that a result came from the cache is kept.
 *
 * @returns a function to call with every line in turn
 */
export function nxFilter(): (line: string) => boolean {
  let replaying = false;
  return (line) => {
    const text = stripVTControlCharacters(line).trim();
    if (text === "" || BANNER.test(text)) return false;
    const task = /^> nx run \S+(.*)$/.exec(text);
    if (task) {
      replaying = /\[.*cache.*\]/.test(task[1] ?? "");
      return true;
    }
    if (/^NX\b/.test(text)) replaying = false;
    return !replaying;
  };
}
