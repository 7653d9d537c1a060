import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "@ft/bytes";
import { sync } from "./sync.ts";
import { removeLeftovers, temporaryName } from "./temporary-name.ts";

/**
 * A file that appears under its name only when it is complete: written next to it, synced, renamed. A process killed
 * in mid-write leaves the previous file. Call {@link AtomicFile.commit} or {@link AtomicFile.discard} once.
 */
export class AtomicFile {
  /** Bytes written so far. */
  bytes = 0;
  readonly path: string;
  readonly #temporary: string;
  readonly #fd: number;
  readonly #hash = createHash("sha256");

  /**
   * Opens the file for writing and creates its parent folders.
   *
   * @throws {UserError} if the path is a folder's, or nothing can be written there
   */
  constructor(path: string) {
    this.path = path;
    this.#temporary = temporaryName(path);
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
        throw new UserError("this is a folder, not a file to write", {
          file: path,
          remedy: "add a file name",
        });
      mkdirSync(dirname(path), { recursive: true });
      removeLeftovers(path);
      this.#fd = openSync(this.#temporary, "wx");
    } catch (error) {
      if (error instanceof UserError) throw error;
      const { code } = error as NodeJS.ErrnoException;
      throw new UserError("the file cannot be written", {
        file: path,
        value: code,
        remedy: "choose a folder that exists or can be made, and may be written to",
      });
    }
  }

  write(data: Uint8Array): void {
    this.#hash.update(data);
    for (let done = 0; done < data.length; ) done += writeSync(this.#fd, data, done);
    this.bytes += data.length;
  }

  /** Puts the file in its place. Returns the SHA-256 of its contents, in hexadecimal. */
  commit(): string {
    try {
      fsyncSync(this.#fd);
    } finally {
      closeSync(this.#fd);
    }
    renameSync(this.#temporary, this.path);
    sync(dirname(this.path));
    return this.#hash.digest("hex");
  }

  /** Leaves everything as it was. */
  discard(): void {
    closeSync(this.#fd);
    rmSync(this.#temporary, { force: true });
  }
}

/**
 * Checks that a file can be written, before hours are spent on its contents. Changes nothing.
 *
 * @throws {UserError} if it cannot
 */
export function tryWriting(path: string): void {
  new AtomicFile(path).discard();
}

/** Writes a whole file so that it is never seen half-written; creates its parent folders. */
export function writeFileAtomic(path: string, contents: Uint8Array | string): void {
  const file = new AtomicFile(path);
  try {
    file.write(typeof contents === "string" ? Buffer.from(contents) : contents);
  } catch (error) {
    file.discard();
    throw error;
  }
  file.commit();
}
