/** Unpacks files from a pip wheel, which is a zip archive. */

import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { type Entry, open, type ZipFile } from "yauzl";

/** Selection and progress of unpacking. */
export interface UnpackOptions {
  /** Selects entries by their names. */
  wanted: (entry: string) => boolean;
  /** Called first, with the bytes that will be written. */
  onStart?: (bytes: number) => void;
  /** Called after every piece, with its bytes. */
  onBytes?: (bytes: number) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Unpacks the wanted entries into `folder`, which must exist. Names that lead out of it are refused.
 *
 * @returns how many files were written
 */
export async function unpackWheel(
  wheel: string,
  folder: string,
  { wanted, onStart, onBytes, signal }: UnpackOptions,
): Promise<number> {
  const zip = await openZip(wheel);
  try {
    const entries = (await readEntries(zip)).filter(
      ({ fileName }) => !fileName.endsWith("/") && wanted(fileName),
    );
    onStart?.(entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0));
    const openStream = promisify(zip.openReadStream.bind(zip) as OpenStream);
    for (const entry of entries) {
      const path = join(folder, entry.fileName);
      mkdirSync(dirname(path), { recursive: true });
      await pipeline(await openStream(entry), count(onBytes), createWriteStream(path), { signal });
    }
    return entries.length;
  } finally {
    zip.close();
  }
}

type OpenStream = (entry: Entry, done: (error: Error | null, stream: NodeJS.ReadableStream) => void) => void;

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

/** The archive's directory. yauzl refuses names that are absolute or lead out of the folder. */
function readEntries(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on("entry", (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.once("end", () => resolve(entries));
    zip.once("error", reject);
    zip.readEntry();
  });
}

function count(onBytes: ((bytes: number) => void) | undefined): Transform {
  return new Transform({
    transform(piece: Buffer, _, done) {
      onBytes?.(piece.length);
      done(null, piece);
    },
  });
}
