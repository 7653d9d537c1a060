/** Keeps a native library's banners off the terminal. */

import { closeSync, fstatSync, openSync } from "node:fs";

/**
 * Runs `body` while file descriptor 2 points to the null device, for libraries that write to it directly. If the
 * descriptor cannot be swapped (Windows, a socket, a closed stderr), `body` runs unmuted. So it does if stderr is a file:
 * opened again, it would have its own position, and in `ft ... > log 2>&1` each writer would overwrite the other. Use it
 * only at the start of a command: a file that the process opens meanwhile could get the number 2.
 */
export function muteStderr<T>(body: () => T): T {
  let saved: number;
  try {
    if (fstatSync(2).isFile()) return body();
    // Opening an open descriptor's path is the only dup() that Node offers.
    saved = openSync("/dev/fd/2", "a");
  } catch {
    return body();
  }
  swap("/dev/null");
  try {
    return body();
  } finally {
    swap(`/dev/fd/${saved}`);
    closeSync(saved);
  }
}

/** Points descriptor 2 at a path: the lowest free number is the one just closed. */
function swap(path: string): void {
  closeSync(2);
  openSync(path, "a");
}
