import { expect, test } from "vitest";
import { seededDropout } from "./dropout.ts";

test("a mask keeps the mean, and depends on seed, update and module only", () => {
  const mask = seededDropout(1, 3)("dense", 0.25, 4000);
  expect(new Set(mask)).toEqual(new Set([0, Math.fround(4 / 3)]));
  expect(mask.filter((value) => value === 0).length / 4000).toBeCloseTo(0.25, 1);
  expect(seededDropout(1, 3)("dense", 0.25, 4000)).toEqual(mask);
  for (const other of [seededDropout(2, 3), seededDropout(1, 4)])
    expect(other("dense", 0.25, 4000)).not.toEqual(mask);
  expect(seededDropout(1, 3)("query_key_value", 0.25, 4000)).not.toEqual(mask);
});

test("a module's masks go on from call to call, whatever other modules draw", () => {
  const whole = seededDropout(1, 3)("dense", 0.5, 64);
  const parts = seededDropout(1, 3);
  const first = parts("dense", 0.5, 24);
  parts("query_key_value", 0.5, 7);
  expect([...first, ...parts("dense", 0.5, 40)]).toEqual([...whole]);
});
