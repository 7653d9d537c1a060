import { createHash } from "node:crypto";
import type { Weights } from "../host-tensor.ts";

/** Each tensor's shape and the SHA-256 of its values, by name: compared much faster than the values themselves. */
export function contentsOf(weights: Weights): Record<string, string> {
  return Object.fromEntries(
    [...weights].map(([name, { shape, data }]) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return [name, `[${shape}] ${createHash("sha256").update(bytes).digest("hex")}`];
    }),
  );
}
