/** Writing tensors to a safetensors file. */
import { AtomicFile, type Dtype } from "@ft/artifacts";
import { elementCount, type Weights } from "./host-tensor.ts";
import { MAX_READ_BYTES } from "./read-safetensors.ts";
import { LENGTH_BYTES } from "./safetensors-header.ts";
import { BYTES, tensorToBytes } from "./tensor-bytes.ts";

/**
 * Writes tensors in the order of the map, so that the same weights give the same bytes. The file appears under its
 * name only when it is complete.
 * @param dtype float16 rounds to nearest, ties to even. @default "float32"
 * @throws UserError when a finite value is too large for float16.
 */
export function writeSafetensors(file: string, tensors: Weights, dtype: Dtype = "float32"): void {
  const header = headerBytes(tensors, dtype);
  const output = new AtomicFile(file);
  try {
    output.write(header);
    for (const [name, tensor] of tensors) {
      const bytes = tensorToBytes(name, tensor, dtype);
      for (let done = 0; done < bytes.length; done += MAX_READ_BYTES)
        output.write(bytes.subarray(done, done + MAX_READ_BYTES));
    }
  } catch (error) {
    output.discard();
    throw error;
  }
  output.commit();
}

/** The header with its length before it, padded with spaces so that the data begin at a multiple of 8 bytes. */
function headerBytes(tensors: Weights, dtype: Dtype): Uint8Array {
  let end = 0;
  const entries = [...tensors].map(([name, { shape }]) => {
    const begin = end;
    end += elementCount(shape) * BYTES[dtype];
    return [name, { dtype: dtype === "float32" ? "F32" : "F16", shape, data_offsets: [begin, end] }];
  });
  // transformers refuses a file that does not say which framework's layout its tensors have.
  const json = JSON.stringify({ __metadata__: { format: "pt" }, ...Object.fromEntries(entries) });
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(LENGTH_BYTES + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - LENGTH_BYTES), true);
  bytes.set(text, LENGTH_BYTES);
  return bytes;
}
