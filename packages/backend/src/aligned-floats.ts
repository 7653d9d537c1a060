/** Memory for weights that a backend can use in place. */

/** TensorFlow computes on host memory without copying it where that begins at a multiple of this many bytes. */
const ALIGNMENT = 64;
/** Below this an allocation begins anywhere, and a copy costs little. */
const LARGE = 2 ** 18;
/** How far large allocations begin past an aligned address: glibc puts its own 16 bytes first, others begin with a page. */
const HEADER = process.platform === "linux" ? 16 : 0;

/** Memory to be filled, which is not cleared, aligned where the platform makes that likely; a backend copies what is not. */
export function alignedFloats(length: number): Float32Array {
  const bytes = length * Float32Array.BYTES_PER_ELEMENT;
  if (bytes < LARGE) return new Float32Array(length);
  // Clearing hundreds of megabytes takes as long as reading them.
  return new Float32Array(
    Buffer.allocUnsafeSlow(bytes + ALIGNMENT).buffer,
    (ALIGNMENT - HEADER) % ALIGNMENT,
    length,
  );
}
