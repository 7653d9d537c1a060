import { describe, expect, test } from "vitest";
import { chooseCheckpoints } from "./checkpoints.ts";

describe("chooseCheckpoints", () => {
  const keys = [0, 10, 20].map((step) => ({ plan: "a", draw: 0, seed: 1, step }));
  keys.push({ plan: "b", draw: 0, seed: 1, step: 0 }, { plan: "b", draw: 0, seed: 1, step: 10 });
  const steps = (choice: Parameters<typeof chooseCheckpoints>[1]) =>
    chooseCheckpoints(keys, choice).map(({ plan, step }) => `${plan} ${step}`);

  test("takes all, both ends of every run, or some steps", () => {
    expect(steps("all")).toHaveLength(5);
    expect(steps("ends")).toEqual(["a 0", "a 20", "b 0", "b 10"]);
    expect(steps([10, 0])).toEqual(["a 0", "a 10", "b 0", "b 10"]);
    expect(chooseCheckpoints([], "ends")).toEqual([]);
  });

  test("names the run that lacks a step, and the steps it has", () => {
    expect(() => steps([20])).toThrow(/b, seed 1, has no checkpoint at step 20[\s\S]*0, 10/);
  });
});
