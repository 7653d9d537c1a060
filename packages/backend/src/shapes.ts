/** Arithmetic of shapes that several backends need. */

/** How many elements a shape holds. */
export function elements(shape: readonly number[]): number {
  let n = 1;
  for (const size of shape) n *= size;
  return n;
}

/** A matrix product's sizes: `batch` products of [rows, inner] and [inner, columns]. */
export interface MatMulSizes {
  batch: number;
  rows: number;
  inner: number;
  columns: number;
  /** Of the result. */
  shape: number[];
}

/**
 * The sizes of `a` times `b` over their last two dimensions.
 * @throws if ranks, leading dimensions or inner sizes differ
 */
export function matMulSizes(
  a: readonly number[],
  b: readonly number[],
  transposeA: boolean,
  transposeB: boolean,
): MatMulSizes {
  const rank = a.length;
  const fail = (why: string): never => {
    const show = (shape: readonly number[], transposed: boolean) => `[${shape}]${transposed ? "^T" : ""}`;
    throw new Error(`cannot multiply ${show(a, transposeA)} by ${show(b, transposeB)}: ${why}`);
  };
  if (rank !== b.length || rank < 2) fail("the ranks must be equal, and at least 2");
  const shape: number[] = [];
  let batch = 1;
  for (let i = 0; i < rank - 2; i++) {
    if (a[i] !== b[i]) fail("the leading dimensions differ");
    batch *= a[i]!;
    shape.push(a[i]!);
  }
  const [rows, inner] = transposeA ? [a[rank - 1]!, a[rank - 2]!] : [a[rank - 2]!, a[rank - 1]!];
  const [innerB, columns] = transposeB ? [b[rank - 1]!, b[rank - 2]!] : [b[rank - 2]!, b[rank - 1]!];
  if (inner !== innerB) fail("the inner sizes differ");
  shape.push(rows, columns);
  return { batch, rows, inner, columns, shape };
}

/** @throws unless `a` [n, r, k] can be multiplied by n of the matrices `b`, see {@link Ops.matMulGrouped} */
export function assertGrouped(
  a: readonly number[],
  b: readonly number[],
  chosen: readonly number[],
  transposeB: boolean,
): void {
  if (b.length !== 3) throw new Error(`matrices are chosen from [m, k, c], not from [${b}]`);
  matMulSizes(a, [chosen.length, ...b.slice(1)], false, transposeB);
  assertBelow(chosen, b[0]!, "matrix");
}

function assertBelow(chosen: readonly number[], count: number, what: string): void {
  const missing = chosen.find((number) => !(number >= 0 && number < count));
  if (missing !== undefined) throw new Error(`${what} ${missing} of ${count} is asked for`);
}

/** @throws unless x [..., d] times a factor [d] plus an addend, [d] or of x's shape, is of x's shape */
export function assertMultiplyAdd(
  x: readonly number[],
  factor: readonly number[],
  addend: readonly number[],
): void {
  const fits = (shape: readonly number[]) => shape.length === 1 && shape[0] === x.at(-1);
  if (!fits(factor) || !(fits(addend) || addend.join() === x.join()))
    throw new Error(`cannot multiply [${x}] by [${factor}] and add [${addend}]`);
}

/** @throws unless log-probabilities and logits are of one shape */
export function assertTarget(logTarget: readonly number[], logits: readonly number[]): void {
  if (logTarget.join() !== logits.join())
    throw new Error(`a target [${logTarget}] does not fit logits [${logits}]`);
}

/** @throws unless a base [k] and chosen rows of matrices [n_j, k] can be summed */
export function assertRows(
  base: readonly number[],
  rows: readonly { shape: readonly number[] }[],
  chosen: readonly (readonly number[])[],
): void {
  const [count, width] = joinedShape(rows, 0) as [number, number];
  if (base.length !== 1 || base[0] !== width) throw new Error(`cannot add rows of ${width} to [${base}]`);
  assertBelow(chosen.flat(), count, "row");
}

/**
 * The shape of matrices joined along an axis.
 * @throws if they differ along the other one
 */
export function joinedShape(matrices: readonly { shape: readonly number[] }[], axis: 0 | 1): number[] {
  const shapes = matrices.map(({ shape }) => shape);
  const other = shapes[0]![1 - axis];
  if (shapes.some((shape) => shape.length !== 2 || shape[1 - axis] !== other))
    throw new Error(`cannot join matrices [${shapes.join("], [")}] along axis ${axis}`);
  const joined = [...shapes[0]!];
  joined[axis] = shapes.reduce((sum, shape) => sum + shape[axis]!, 0);
  return joined;
}

/**
 * The shape of an elementwise result, by NumPy's rules.
 * @throws if two sizes differ and neither is 1
 */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [one, other] = [a, b].map((shape) => shape[axis - rank + shape.length] ?? 1) as [number, number];
    if (one !== other && one !== 1 && other !== 1) throw new Error(`cannot combine [${a}] with [${b}]`);
    return one === 1 ? other : one;
  });
}
