/** Makes safetensors files byte by byte, so that tests can get every part of them wrong. */

/** The bytes of a file: a header (an object, or its exact text or bytes), then data of so many bytes. */
export function safetensorsBytes(
  header: object | string | Uint8Array,
  dataBytes = 0,
  headerLength?: bigint,
): Uint8Array {
  const json =
    header instanceof Uint8Array
      ? header
      : new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

/** A tensor's entry: F32 [2] at bytes 0 to 8 unless said otherwise. */
export function entry(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { dtype: "F32", shape: [2], data_offsets: [0, 8], ...changes };
}
