/** Memory for weights that a backend can use in place. */

/** TensorFlow uses host memory without copying it if its address is a multiple of this many bytes. */
const ALIGNMENT = 64;
/** Smaller allocations may have any address, and copying them costs little. */
const LARGE = 2 ** 18;
/** Offset of large allocations from an aligned address: glibc puts a 16-byte header first, others start at a page. */
const HEADER = process.platform === "linux" ? 16 : 0;

/** Uninitialised memory to be filled, aligned on platforms where that is likely; a backend copies what is not aligned. */
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
