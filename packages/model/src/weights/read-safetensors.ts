/** Reading tensors out of a safetensors file, one at a time. */
import { type FileHandle, open } from "node:fs/promises";
import { didYouMean, UserError } from "@ft/artifacts";
import { alignedFloats } from "./alignment.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half-float.ts";
import { elementCount, type HostTensor } from "./host-tensor.ts";
import type { TensorEntry } from "./safetensors-entry.ts";
import { LENGTH_BYTES, parseHeaderLength, parseSafetensorsHeader } from "./safetensors-header.ts";

/** The most one read asks for; the operating system's own limit is just under 2 GiB. */
export const MAX_READ_BYTES = 2 ** 30;
/** 16-bit values pass through a buffer of at most this size on their way to float32. */
const CONVERSION_BYTES = 2 ** 26;

/** An open safetensors file whose header was checked in full. Close it when done. */
export interface SafetensorsFile {
  readonly file: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Every tensor, in the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /**
   * Reads one tensor as float32; F16 and BF16 are widened, which is exact.
   * @throws UserError when it is not there or its type is none of F32, F16 and BF16.
   */
  read(name: string): Promise<HostTensor>;
  close(): Promise<void>;
}

/**
 * Opens a safetensors file and checks its header. Files of any size work: tensors are read in pieces.
 * @param maxReadBytes the most one read asks for. @default {@link MAX_READ_BYTES}
 * @throws UserError when the file is missing or its header malformed.
 */
export async function openSafetensors(file: string, maxReadBytes = MAX_READ_BYTES): Promise<SafetensorsFile> {
  const handle = await openFile(file);
  try {
    const { size } = await handle.stat();
    const fill = (into: Uint8Array, position: number) =>
      readFully(handle, into, position, Math.min(maxReadBytes, MAX_READ_BYTES), file);
    const prefix = new Uint8Array(Math.min(LENGTH_BYTES, size));
    await fill(prefix, 0);
    const header = new Uint8Array(parseHeaderLength(prefix, size, file));
    await fill(header, LENGTH_BYTES);
    const { metadata, tensors } = parseSafetensorsHeader(header, size, file);
    return {
      file,
      metadata,
      tensors,
      async read(name) {
        const entry = tensors.get(name);
        if (!entry) throw missing(name, tensors, file);
        return { shape: entry.shape, data: await readTensor(entry, fill, file) };
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

type Fill = (into: Uint8Array, position: number) => Promise<void>;

async function readTensor(entry: TensorEntry, fill: Fill, file: string): Promise<Float32Array> {
  const out = alignedFloats(elementCount(entry.shape));
  if (entry.dtype === "F32") {
    await fill(new Uint8Array(out.buffer, out.byteOffset, out.byteLength), entry.begin);
    return out;
  }
  if (entry.dtype !== "F16" && entry.dtype !== "BF16")
    throw new UserError("weights of this type cannot be read", {
      file,
      place: `tensor "${entry.name}"`,
      value: entry.dtype,
      remedy: "Convert the model to F32, F16 or BF16, for example with model.half().save_pretrained(folder).",
    });
  const toFloat32 = entry.dtype === "F16" ? float16ToFloat32 : bfloat16ToFloat32;
  const piece = new Uint16Array(Math.min(CONVERSION_BYTES / 2, out.length));
  for (let done = 0; done < out.length; done += piece.length) {
    const halves = piece.subarray(0, Math.min(piece.length, out.length - done));
    await fill(new Uint8Array(halves.buffer, 0, halves.byteLength), entry.begin + 2 * done);
    toFloat32(halves, out.subarray(done));
  }
  return out;
}

async function readFully(
  handle: FileHandle,
  into: Uint8Array,
  position: number,
  maxReadBytes: number,
  file: string,
): Promise<void> {
  for (let done = 0; done < into.byteLength; ) {
    const length = Math.min(maxReadBytes, into.byteLength - done);
    const { bytesRead } = await handle.read(into, done, length, position + done);
    if (bytesRead === 0)
      throw new UserError("the file became shorter while it was read", {
        file,
        place: `byte ${position + done}`,
        remedy: "Wait until the file is complete, then try again.",
      });
    done += bytesRead;
  }
}

function missing(name: string, tensors: ReadonlyMap<string, TensorEntry>, file: string): UserError {
  return new UserError(`the file does not hold the tensor "${name}"${didYouMean(name, tensors.keys())}`, {
    file,
    remedy: `It holds ${tensors.size} tensors, such as "${tensors.keys().next().value}".`,
  });
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r");
  } catch (error) {
    throw new UserError("the file cannot be opened", {
      file,
      value: (error as NodeJS.ErrnoException).code,
      remedy: "Check that the path is right and that you may read it.",
    });
  }
}
