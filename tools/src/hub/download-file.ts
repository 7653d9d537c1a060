/** One file of the hub, downloaded so that an interrupted download resumes and damaged bytes never get the file's name. */
import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { UserError } from "@ft/artifacts";
import type { Hub, HubFile } from "./hub.ts";
import { backOff, LONGEST_SILENCE, PassingFailure, type Pause, unreachable } from "./hub-fetch.ts";

/** How often in a row a request may bring nothing new. */
const ATTEMPTS = 6;

/** Where the bytes come from, and who is notified of them. */
export interface Download {
  hub: Hub;
  commit: string;
  /** Called with the number of bytes that have arrived; negative if some have to be downloaded again. */
  onBytes(bytes: number): void;
  /** Before a request is made again. @default {@link backOff} */
  pause?: Pause;
}

/** The file that holds what has arrived so far. */
export function partialFile(path: string): string {
  return `${path}.finetune-circuits.incomplete`;
}

/**
 * Downloads a file to `path`. Bytes that an earlier, interrupted download has left are not downloaded again.
 *
 * @throws UserError if the connection fails again and again, which leaves what has arrived for the next time; or if the bytes
 * are not those that the hub has a hash of, which leaves nothing
 */
export async function downloadFile(file: HubFile, path: string, download: Download): Promise<void> {
  const partial = partialFile(path);
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(partial, constants.O_RDWR | constants.O_CREAT, 0o666);
  try {
    const resumes = fstatSync(fd).size > 0;
    await fill(fd, file, download);
    if (resumes && !(await isIntact(partial, file))) {
      // What was there may be from a machine that crashed.
      ftruncateSync(fd, 0);
      download.onBytes(-file.size);
      await fill(fd, file, download);
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  if (await isIntact(partial, file)) renameSync(partial, path);
  else {
    rmSync(partial, { force: true });
    throw damaged(file);
  }
}

/** Downloads what is missing at the end of an open file. */
async function fill(
  fd: number,
  file: HubFile,
  { hub, commit, onBytes, pause = backOff }: Download,
): Promise<void> {
  if (fstatSync(fd).size > file.size) ftruncateSync(fd, 0);
  let done = fstatSync(fd).size;
  for (let failures = 0; done < file.size; ) {
    try {
      const response = await hub.open(commit, file.name, done);
      if (response.status !== 206 && done > 0) {
        onBytes(-done);
        done = 0;
        ftruncateSync(fd, 0);
      }
      for await (const piece of piecesOf(response)) {
        if (done + piece.length > file.size) throw tooLong(file, response.url);
        for (let written = 0; written < piece.length; )
          written += writeSync(fd, piece, written, piece.length - written, done + written);
        done += piece.length;
        failures = 0;
        onBytes(piece.length);
      }
      if (done < file.size) throw unreachable(response.url, new Error("the answer ended early"));
    } catch (error) {
      if (!(error instanceof PassingFailure)) throw error;
      if (++failures === ATTEMPTS) throw interrupted(file, done, error);
      await pause(failures);
    }
  }
}

/** The pieces of an answer as they arrive. @throws PassingFailure if it breaks off, or nothing comes for too long */
async function* piecesOf({ body, url }: Response): AsyncGenerator<Uint8Array> {
  const reader = body!.getReader();
  try {
    for (;;) {
      const { done, value } = await reading(reader, url);
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {}); // of an answer that has broken off
  }
}

async function reading(reader: ReadableStreamDefaultReader<Uint8Array>, url: string) {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no more bytes in ${LONGEST_SILENCE / 1000} s`)),
      LONGEST_SILENCE,
    );
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (error) {
    throw unreachable(url, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a file has the bytes that the hub has a hash of. */
async function isIntact(path: string, { size, hash }: HubFile): Promise<boolean> {
  const digest = createHash(hash.algorithm === "sha256" ? "sha256" : "sha1");
  if (hash.algorithm === "git") digest.update(`blob ${size}\0`);
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) digest.update(piece);
  return digest.digest("hex") === hash.hex;
}

function damaged({ name, hash }: HubFile): UserError {
  return new UserError(`the bytes of ${name} are not those that the hub has a hash of`, {
    place: `${hash.algorithm === "sha256" ? "SHA-256" : "git's SHA-1"} ${hash.hex}`,
    remedy: "run it again; if it stays so, a mirror or proxy changes files",
  });
}

function tooLong({ name, size }: HubFile, url: string): UserError {
  return new UserError(`more bytes of ${name} came than it has`, {
    place: url,
    value: `${size} bytes`,
    remedy: "run it again; if it stays so, a mirror or proxy changes files",
  });
}

function interrupted({ name, size }: HubFile, done: number, { problem, at }: UserError): UserError {
  return new UserError(`the download of ${name} was interrupted: ${problem}`, {
    ...at,
    remedy: `run it again: it resumes after the ${done} of ${size} bytes that have arrived`,
  });
}
