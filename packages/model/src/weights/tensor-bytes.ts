/** A tensor's values as the little-endian bytes files hold (every platform the backends run on is little-endian). */
import { type Dtype, UserError } from "@ft/artifacts";
import { float16ToFloat32, float32ToFloat16 } from "./half-float.ts";
import { elementCount, type HostTensor } from "./host-tensor.ts";

/** Bytes of an element. */
export const BYTES: Readonly<Record<Dtype, number>> = { float32: 4, float16: 2 };

/**
 * The bytes of a tensor; for float32 a view of its values, not a copy.
 * @param name named in the error.
 * @throws UserError when a finite value is too large for float16.
 */
export function tensorToBytes(name: string, { data }: HostTensor, dtype: Dtype): Uint8Array {
  if (dtype === "float32") return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const halves = new Uint16Array(data.length);
  float32ToFloat16(data, halves);
  let overflow = -1;
  for (let i = 0; i < halves.length && overflow < 0; i++)
    if ((halves[i]! & 0x7fff) === 0x7c00 && Number.isFinite(data[i])) overflow = i;
  if (overflow >= 0)
    throw new UserError("a weight is too large for float16 (largest: 65504)", {
      place: `tensor "${name}", element ${overflow}`,
      value: data[overflow],
      remedy: "Save as float32.",
    });
  return new Uint8Array(halves.buffer);
}

/** The tensor of a shape that `bytes` hold; a copy, whatever the alignment of `bytes`. */
export function tensorFromBytes(bytes: Uint8Array, shape: readonly number[], dtype: Dtype): HostTensor {
  const { buffer } = new Uint8Array(bytes);
  if (dtype === "float32") return { shape: [...shape], data: new Float32Array(buffer) };
  const data = new Float32Array(elementCount(shape));
  float16ToFloat32(new Uint16Array(buffer), data);
  return { shape: [...shape], data };
}
