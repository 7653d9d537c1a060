/** Memory for weights that a backend can use in place. */

/** TensorFlow uses host memory without copying it if its address is a multiple of this many bytes. */
const ALIGNMENT = 64;
/** Allocators align to this many. */
const STEP = 16;
/** Smaller allocations are copied, which costs little. */
const LARGE = 2 ** 18;
/** Offset of most large allocations from an aligned address: glibc puts a 16-byte header first, others start at a page. */
const HEADER = process.platform === "linux" ? STEP : 0;
const USUAL = (ALIGNMENT - HEADER) % ALIGNMENT;

/** Where aligned memory may begin in an allocation, the usual place first. */
const OFFSETS = [USUAL, ...[0, 16, 32, 48].filter((offset) => offset !== USUAL)];

let takesInPlace: ((memory: Float32Array) => boolean) | undefined;

/**
 * Gives {@link alignedFloats} a test of its memory.
 * @param test whether a backend that is open uses this memory in place; it may change its values
 */
export function testAlignmentBy(test: (memory: Float32Array) => boolean): void {
  takesInPlace = test;
}

/**
 * Uninitialised memory to be filled. A backend that is open on TensorFlow uses it in place if it is large; before one is open, that is
 * only likely.
 */
export function alignedFloats(length: number): Float32Array {
  const bytes = length * Float32Array.BYTES_PER_ELEMENT;
  if (bytes < LARGE) return new Float32Array(length);
  // Clearing hundreds of megabytes takes as long as reading them.
  const { buffer } = Buffer.allocUnsafeSlow(bytes + ALIGNMENT);
  const isAligned = (offset: number) => takesInPlace?.(new Float32Array(buffer, offset, 1)) ?? true;
  return new Float32Array(buffer, OFFSETS.find(isAligned) ?? USUAL, length);
}
