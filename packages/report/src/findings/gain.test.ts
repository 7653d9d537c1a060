import { describe, expect, test } from "vitest";
import type { Results } from "../results.ts";
import { accuracies, binding, find, flat, oneSeed } from "../testing/findings.ts";
import { results } from "../testing/results.ts";
import { findings } from "./index.ts";

/** Whether circuit-lora, with 81, 82 and 83%, answers more than lora-r8 with these accuracies. */
const gain = (values: readonly number[], of: Results = binding) =>
  findings({ ...of, metrics: accuracies("lora-r8", values, of.metrics) }).find(({ claim }) =>
    /^circuit-lora.*more than lora-r8/.test(claim),
  )!;

describe("a gain is inconclusive unless rank was shown to bind", () => {
  const unknown =
    "whether rank limits accuracy here: accuracy at rank 1, rank 2, rank 32 and full fine-tuning";

  test("and says what is missing for that", () => {
    expect(find("circuit-lora").missing).toEqual([unknown]);
    expect(find("circuit-lora", flat)).toMatchObject({
      verdict: "inconclusive",
      missing: ["a setting where rank limits accuracy"],
    });
  });

  test("and asks for more seeds if there are too few to decide the gain", () => {
    expect(find("circuit-lora", oneSeed(results)).missing).toEqual([
      unknown,
      "at least two seeds shared by both methods",
    ]);
    expect(gain([0.2, 0.99, 0.9], results).missing[1]).toContain("the interval includes no difference");
    for (const decided of [
      [0.9, 0.92, 0.93],
      [0.812, 0.819, 0.83],
    ])
      expect(gain(decided, results).missing).toEqual([unknown]);
  });
});

describe("if rank binds, a gain is", () => {
  test("shown if it is above 0 after Holm's correction over all comparisons", () => {
    const { verdict, missing, evidence } = gain([0.7, 0.71, 0.72]);
    expect([verdict, missing]).toEqual(["shown", []]);
    expect(evidence).toMatch(/p = \S+ after Holm's correction over 3 comparisons/);
    // p = 0.038 alone; the comparison with rank 2 has a smaller one, so it counts twice.
    expect(gain([0.7446, 0.72, 0.6954])).toMatchObject({
      verdict: "inconclusive",
      missing: ["more seeds or examples: the gain does not survive Holm's correction"],
    });
  });

  test.each([
    ["above 0", [0.2, 0.99, 0.9]],
    ["below 0", [0.99, 0.9, 0.7]],
  ])("inconclusive if it is %s and its interval includes 0", (_, values) => {
    expect(gain(values)).toMatchObject({
      verdict: "inconclusive",
      missing: ["more seeds or examples: the interval includes no difference"],
    });
  });

  test("not shown if its interval is below 0, or its 90% interval is within a point of 0", () => {
    const below = gain([0.9, 0.92, 0.93]);
    expect(below).toMatchObject({ verdict: "not shown", missing: [] });
    expect(below.evidence).not.toContain("equal within");
    for (const near of [
      [0.812, 0.819, 0.83],
      [0.8152, 0.82, 0.8248], // the 95% interval is wider than a point
    ]) {
      const { verdict, evidence } = gain(near);
      expect(verdict).toBe("not shown");
      expect(evidence).toContain("equal within 1 point");
    }
  });

  test("inconclusive with one seed, which has no p-value", () => {
    const metrics = binding.metrics.filter(({ plan, seed }) => plan !== "lora-r8" || seed === 1);
    const { verdict, missing, evidence } = gain([0.7], { ...binding, metrics });
    expect([verdict, missing]).toEqual(["inconclusive", ["at least two seeds shared by both methods"]]);
    expect(evidence).toContain("one shared seed has no interval");
    expect(evidence).not.toContain("p =");
  });
});

test("the evidence says whether the interval includes the paper's gain", () => {
  expect(gain([0.8, 0.82, 0.83]).evidence).toContain("excludes the paper's gain of +2.46 points");
  expect(gain([0.7, 0.71, 0.72]).evidence).toContain("excludes the paper's gain");
  expect(gain([0.2, 0.99, 0.9]).evidence).toContain("includes the paper's gain of +2.46 points");
});

test("the evidence says if the learning rate of either method was at an edge of the rates tried", () => {
  const rate = (plan: string, learningRate: number, chosen: boolean) => ({
    ...results.learningRates[0]!,
    plan,
    draw: 0,
    learningRate,
    chosen,
  });
  const evidence = (plan: string) =>
    find("circuit-lora", { learningRates: [rate(plan, 1, true), rate(plan, 2, false)] }).evidence;
  expect(evidence("lora-r8")).toContain("The learning rate of lora-r8, 1, is the lowest tried");
  expect(evidence("circuit-lora")).toContain("The learning rate of circuit-lora, 1, is the lowest tried");
  expect(evidence("other")).not.toContain("tried");
});
