import { expect, test } from "vitest";
import type { Pair } from "../pairs/pair.ts";
import { drawSamples, groupExamples, scoreSamples } from "./samples.ts";

const pairs: Pair[] = Array.from({ length: 10 }, (_, i) => ({
  clean: [i],
  corrupted: [100 + i],
  answer: i,
  wrong: 200 + i,
}));
const chosen = { halves: 2, splits: 3, bootstrap: 4, perturbed: [60, 20] };
const samples = drawSamples(chosen, pairs.length, 7);
const countsOf = (name: string) => samples.find((sample) => sample.name === name)!.counts;

/** The mean of the first clean token, and of the answer. */
const score = (own: readonly Pair[]) => {
  const mean = (of: (pair: Pair) => number) => own.reduce((sum, pair) => sum + of(pair) / own.length, 0);
  return {
    edges: Float64Array.of(mean(({ clean }) => clean[0]!)),
    nodes: Float64Array.of(mean(({ answer }) => answer)),
  };
};

test("parts are disjoint, as equal as can be, and together all examples", () => {
  for (const names of [
    ["half 1", "half 2"],
    ["half 3", "half 4"],
    ["split 1", "split 2", "split 3"],
  ]) {
    const sizes = names.map((name) => countsOf(name).reduce((sum, count) => sum + count, 0));
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    const together = countsOf("all").map((_, i) => names.reduce((sum, name) => sum + countsOf(name)[i]!, 0));
    expect(together).toEqual(countsOf("all"));
  }
});

test("halves are drawn anew each time", () => {
  expect(countsOf("half 1")).not.toEqual(countsOf("half 3"));
  expect(countsOf("half 1")).not.toEqual(countsOf("half 4"));
});

test("a resample has as many examples as there are, and differs from the others", () => {
  const all = [1, 2, 3, 4].map((i) => countsOf(`bootstrap ${i}`));
  for (const counts of all) expect(counts.reduce((sum, count) => sum + count, 0)).toBe(pairs.length);
  expect(new Set(all.map(String)).size).toBe(all.length);
  const [, ...many] = drawSamples({ bootstrap: 20 }, pairs.length, 7);
  pairs.forEach((_, i) => {
    expect(many.some(({ counts }) => counts[i]! > 1)).toBe(true);
  });
});

test("a share of the examples is perturbed, a smaller one within a larger one", () => {
  const [some, more] = [countsOf("perturbed 20"), countsOf("perturbed 60")];
  const exchanged = (counts: Int32Array) => counts.slice(pairs.length);
  expect(exchanged(some).reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(exchanged(more).reduce((sum, count) => sum + count, 0)).toBe(6);
  exchanged(some).forEach((count, i) => {
    expect(exchanged(more)[i]).toBeGreaterThanOrEqual(count);
    expect(some[i]! + count).toBe(1);
  });
});

test("samples depend on the seed, each kind on nothing else", () => {
  expect(drawSamples(chosen, 10, 7)).toEqual(samples);
  expect(drawSamples(chosen, 10, 8)).not.toEqual(samples);
  expect(drawSamples({ splits: 3 }, 10, 7)[2]).toEqual(samples.find(({ name }) => name === "split 2"));
});

test("a sample's score is the mean over its examples, and every example is scored once", () => {
  const groups = groupExamples(pairs, samples);
  const scored = groups.flatMap((group) => group.pairs);
  expect(scored.length).toBe(pairs.length + 6);
  const exchanged = pairs.map(({ clean, corrupted, answer, wrong }) => ({
    ...{ clean: corrupted, corrupted: clean },
    ...{ answer: wrong!, wrong: answer },
  }));
  scoreSamples(groups, samples, score).forEach(({ edges, nodes }, s) => {
    const own = [...pairs, ...exchanged].flatMap((pair, i) => new Array(samples[s]!.counts[i]!).fill(pair));
    expect(edges[0]).toBeCloseTo(score(own).edges[0]!, 10);
    expect(nodes[0]).toBeCloseTo(score(own).nodes[0]!, 10);
  });
});

test("without other samples all examples are one group", () => {
  expect(groupExamples(pairs, drawSamples({}, pairs.length, 1)).map((group) => group.pairs)).toEqual([pairs]);
});

test("more parts than examples are refused", () => {
  expect(() => drawSamples({ splits: 11 }, 10, 1)).toThrow("fewer examples than parts");
});
