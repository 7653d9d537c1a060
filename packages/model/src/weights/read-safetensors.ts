/** Reading tensors out of a safetensors file, one at a time. */
import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { didYouMean, RECOGNISED_BYTES, refuseOtherKinds, regularFile, UserError } from "@ft/artifacts";
import { alignedFloats } from "@ft/backend";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half-float.ts";
import { elementCount, firstNonFinite, type HostTensor } from "./host-tensor.ts";
import {
  LENGTH_BYTES,
  parseHeaderLength,
  parseSafetensorsHeader,
  type TensorEntry,
} from "./safetensors-header.ts";

/** The most one read asks for; the operating system's own limit is just under 2 GiB. */
export const MAX_READ_BYTES = 2 ** 30;
/** Values that are read at once. */
const PIECE = 2 ** 18;

/** A safetensors file whose header was checked in full. */
export interface SafetensorsFile {
  readonly file: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Every tensor, in the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /**
   * Reads one tensor as float32; F16 and BF16 are widened, which is exact.
   * @throws UserError if it is not there, its type is none of F32, F16 and BF16, one of its values is not finite, or the
   * file has changed.
   */
  read(name: string): HostTensor;
}

/**
 * Checks a safetensors file's header. Files of any size work: tensors are read in pieces, when they are asked for; the file
 * does not stay open meanwhile.
 * @param maxReadBytes the most one read asks for. @default {@link MAX_READ_BYTES}
 * @throws UserError if the file is missing, of another kind, or its header malformed.
 */
export function openSafetensors(file: string, maxReadBytes = MAX_READ_BYTES): SafetensorsFile {
  const most = Math.min(maxReadBytes, MAX_READ_BYTES);
  return withFile(file, most, (fill, before) => {
    const size = Number(before.size);
    const beginning = new Uint8Array(Math.min(RECOGNISED_BYTES, size));
    fill(beginning, 0);
    assertSafetensors(beginning, file);
    const prefix = beginning.subarray(0, LENGTH_BYTES);
    const header = new Uint8Array(parseHeaderLength(prefix, size, file));
    fill(header, LENGTH_BYTES);
    const { metadata, tensors } = parseSafetensorsHeader(header, size, file);
    return {
      file,
      metadata,
      tensors,
      read(name) {
        const entry = tensors.get(name);
        if (!entry) throw missing(name, tensors, file);
        return withFile(file, most, (fill, now) => {
          assertUnchanged(before, now, file);
          return { shape: entry.shape, data: readTensor(entry, fill, file) };
        });
      },
    };
  });
}

/** Refuses a file of another well-known kind by name. @throws UserError */
function assertSafetensors(beginning: Uint8Array, file: string): void {
  // No other kind has a zero for the length's highest byte and a brace right after it.
  if (beginning[LENGTH_BYTES - 1] === 0 && beginning[LENGTH_BYTES] === "{".charCodeAt(0)) return;
  refuseOtherKinds(beginning, { kind: "safetensors", file });
}

/** Reads bytes from a position on until `into` is full. */
type Fill = (into: Uint8Array, position: number) => void;

/** A tensor's values, read, widened and checked piece by piece, while a piece is in the processor's cache. */
function readTensor(entry: TensorEntry, fill: Fill, file: string): Float32Array {
  assertReadable(entry, file);
  const out = alignedFloats(elementCount(entry.shape));
  const halves = new Uint16Array(entry.dtype === "F32" ? 0 : Math.min(PIECE, out.length));
  const widen = entry.dtype === "F16" ? float16ToFloat32 : bfloat16ToFloat32;
  for (let done = 0; done < out.length; done += PIECE) {
    const piece = out.subarray(done, done + PIECE);
    const read = entry.dtype === "F32" ? piece : halves.subarray(0, piece.length);
    fill(bytesOf(read), entry.begin + read.BYTES_PER_ELEMENT * done);
    if (read !== piece) widen(read as Uint16Array, piece);
    assertFinite(piece, done, entry, file);
  }
  return out;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Refuses values that would make every result NaN. @param from the index of the first value in its tensor. @throws UserError */
function assertFinite(values: Float32Array, from: number, { name, dtype }: TensorEntry, file: string): void {
  const found = firstNonFinite(values);
  if (found < 0) return;
  throw new UserError("a weight is not a finite number", {
    file,
    place: `tensor "${name}", element ${from + found}`,
    value: values[found],
    remedy:
      dtype === "F16"
        ? "F16 holds nothing above 65504: convert the model in float32 or bfloat16; if that has such values too, its training diverged: take an earlier checkpoint."
        : "The model's training diverged, or a conversion overflowed: take an earlier checkpoint, or convert in float32 or bfloat16.",
  });
}

/** Refuses a tensor of another type than F32, F16 and BF16. @throws UserError */
export function assertReadable({ name, dtype }: TensorEntry, file: string): void {
  if (!["F32", "F16", "BF16"].includes(dtype))
    throw new UserError("weights of this type cannot be read", {
      file,
      place: `tensor "${name}"`,
      value: dtype,
      remedy: "Convert the model to F32, F16 or BF16, for example with model.half().save_pretrained(folder).",
    });
}

function readFully(fd: number, into: Uint8Array, position: number, maxReadBytes: number, file: string): void {
  for (let done = 0; done < into.byteLength; ) {
    const length = Math.min(maxReadBytes, into.byteLength - done);
    const bytes = readSync(fd, into, done, length, position + done);
    if (bytes === 0) throw changed(file);
    done += bytes;
  }
}

/** A file's header tells nothing about what replaced the file. */
function assertUnchanged(before: BigIntStats, now: BigIntStats, file: string): void {
  if (before.size !== now.size || before.mtimeNs !== now.mtimeNs || before.ino !== now.ino)
    throw changed(file);
}

function changed(file: string): UserError {
  return new UserError("the file changed while it was in use", {
    file,
    remedy: "Wait until the file is complete, leave it alone until the program ends, then try again.",
  });
}

function missing(name: string, tensors: ReadonlyMap<string, TensorEntry>, file: string): UserError {
  return new UserError(`the file has no tensor "${name}"${didYouMean(name, tensors.keys())}`, {
    file,
    remedy: `It holds ${tensors.size} tensors, such as "${tensors.keys().next().value}".`,
  });
}

/** Calls `use` with the file open; what it reads is asked for in pieces of at most `maxReadBytes`. */
function withFile<T>(file: string, maxReadBytes: number, use: (fill: Fill, stat: BigIntStats) => T): T {
  regularFile(file);
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch (error) {
    throw new UserError("the file cannot be opened", {
      file,
      value: (error as NodeJS.ErrnoException).code,
      remedy: "Check that the path is right and that you may read it.",
    });
  }
  try {
    const fill: Fill = (into, position) => readFully(fd, into, position, maxReadBytes, file);
    return use(fill, fstatSync(fd, { bigint: true }));
  } finally {
    closeSync(fd);
  }
}
