import { expect, test } from "vitest";
import { batches, updatesPerEpoch } from "./batches.ts";

const options = { batch: 4, epochs: 3, seed: 7 };

test("every epoch visits each example once, the last batch with what is left", () => {
  const all = [...batches(10, options)];
  expect(all.map((batch) => batch.length)).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2]);
  for (let epoch = 0; epoch < 3; epoch++) {
    const seen = all.slice(3 * epoch, 3 * epoch + 3).flat();
    expect(seen.toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
  }
  expect(updatesPerEpoch(10, 4)).toBe(3);
});

test("epochs and seeds have orders of their own", () => {
  const all = [...batches(10, options)];
  expect(all.slice(0, 3)).not.toEqual(all.slice(3, 6));
  expect(all).not.toEqual([...batches(10, { ...options, seed: 8 })]);
});

test("going on from any update gives what an uninterrupted run would have seen", () => {
  const all = [...batches(10, options)];
  for (let from = 0; from <= all.length; from++) {
    expect([...batches(10, { ...options, from })]).toEqual(all.slice(from));
  }
});
