import { readSync } from "node:fs";
import { UserError } from "@ft/bytes";

/** Reads exactly `length` bytes of an open file, at most 1 GiB a system call, which is more than Node reads at once. */
export function readExactly(fd: number, position: number, length: number, file: string): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const read = readSync(fd, bytes, done, Math.min(length - done, 2 ** 30), position + done);
    if (read === 0) throw new UserError("the file ended while it was being read", { file });
    done += read;
  }
  return bytes;
}
