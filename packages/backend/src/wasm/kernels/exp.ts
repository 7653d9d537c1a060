// e^x of a tensor.

import { exp as exponential } from "./math";
import { covered, LANES, loadSome, storeSome, VECTOR } from "./vector";

/** y = e^x, [count]. */
export function exp(x: usize, y: usize, count: i32): void {
  const end = x + (<usize>covered(count) << 2);
  for (; x < end; x += VECTOR, y += VECTOR) v128.store(y, exponential(v128.load(x)));
  const rest = count & (LANES - 1);
  if (rest) storeSome(y, exponential(loadSome(x, rest)), rest);
}
