/** Random tensors for property tests, on the host. */

import fc from "fast-check";
import { elements } from "../shapes.ts";
import type { Reference } from "./reference.ts";

/** The seed that makes the cases the same every time. */
export const CASES = { seed: 1, numRuns: 25 };

/** A shape of `ranks` dimensions of 1 to 5. */
export function shapes(ranks: { minLength: number; maxLength: number }): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 1, max: 5 }), ranks);
}

/** Values that are exactly float32, from -4 to 4. */
export function tensors(shape: readonly number[]): fc.Arbitrary<Reference> {
  return fc.infiniteStream(fc.integer({ min: -4000, max: 4000 })).map((stream) => ({
    shape,
    data: Float64Array.from(stream.take(elements(shape)), (x) => Math.fround(x / 1000)),
  }));
}

/** Two shapes that broadcast to one another: dimensions of 1 and missing leading dimensions in either. */
export function broadcastPairs(): fc.Arbitrary<[number[], number[]]> {
  const narrowed = (shape: number[]) =>
    fc
      .tuple(
        fc.nat(shape.length),
        fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
      )
      .map(([missing, ones]) => shape.map((size, d) => (ones[d] ? 1 : size)).slice(missing));
  return shapes({ minLength: 1, maxLength: 4 }).chain((shape) => fc.tuple(narrowed(shape), narrowed(shape)));
}
