/** The layout of a block's elements, for kernels that take four dimensions. */

export type Four = [number, number, number, number];

/** The strides of a contiguous tensor. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1]! * shape[d + 1]!;
  return strides;
}

/** The strides with which a tensor is read as the larger shape it is broadcast to. */
export function broadcastStrides(shape: readonly number[], to: readonly number[]): number[] {
  const missing = to.length - shape.length;
  const strides = stridesOf(shape);
  return to.map((_, d) => (d < missing || shape[d - missing] === 1 ? 0 : strides[d - missing]!));
}

/**
 * A block in four dimensions: dimensions of one element are dropped, and neighbours merged if every operand steps
 * through them as if they were one.
 *
 * @param strides each operand's
 * @returns the sizes, then each operand's strides; undefined if more than four dimensions remain
 */
export function inFour(sizes: readonly number[], ...strides: (readonly number[])[]): Four[] | undefined {
  const joined: number[][] = [[], ...strides.map(() => [])];
  const [joinedSizes, ...joinedStrides] = joined as [number[], ...number[][]];
  for (let d = sizes.length - 1; d >= 0; d--) {
    const size = sizes[d]!;
    if (size === 1) continue;
    const inner = joinedSizes[0];
    if (inner !== undefined && strides.every((s, i) => s[d] === joinedStrides[i]![0]! * inner)) {
      joinedSizes[0] = inner * size;
      continue;
    }
    joinedSizes.unshift(size);
    for (const [i, s] of strides.entries()) joinedStrides[i]!.unshift(s[d]!);
  }
  if (joinedSizes.length > 4) return undefined;
  while (joinedSizes.length < 4) {
    joinedSizes.unshift(1);
    for (const s of joinedStrides) s.unshift(0);
  }
  return joined as Four[];
}

/**
 * The shape that two shapes broadcast to.
 * @throws if they do not
 */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, d) => {
    const [x, y] = [a[d - rank + a.length] ?? 1, b[d - rank + b.length] ?? 1];
    if (x !== y && x !== 1 && y !== 1) throw new Error(`[${a}] and [${b}] do not broadcast`);
    return x === 1 ? y : x;
  });
}
