/** Keeps a native library's banners off the terminal. */

import { closeSync, fstatSync, openSync } from "node:fs";

/**
 * Runs `body` while file descriptor 2 leads nowhere, for libraries that write to it past Node. Where the descriptor
 * cannot be swapped (Windows, a socket, a closed stderr), `body` runs unmuted, and so it does where stderr is a file: opened
 * again it would have a position apart from those who share it, as in `ft ... > log 2>&1`, and each would overwrite what
 * the other wrote. Not for a process that opens files at the same time: one of them could get the number 2. For the
 * start of a command.
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
