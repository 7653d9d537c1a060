import { describe, expect, test } from "vitest";
import type { HeldOutMetrics, Results } from "../results.ts";
import { accuracies, find, oneSeed } from "../testing/findings.ts";
import { results } from "../testing/results.ts";
import type { Finding } from "./index.ts";

const CLAIM = "The base model";

test("improvement uses the mean of last checkpoints per method with its interval, not the best checkpoint", () => {
  const before = find(CLAIM);
  expect(before).toMatchObject({ verdict: "shown", missing: [] });
  expect(before.evidence).toContain("lora-r8 72.0% (69.5% to 74.5%) and circuit-lora 82.0%");
  const metrics = [
    ...results.metrics,
    { ...results.metrics[1]!, step: 1, heldOutAccuracy: 1 }, // better than any last checkpoint
  ];
  expect(find(CLAIM, { metrics })).toEqual(before);
});

const wide = [0.2, 0.5, 0.9];
const low = (row: HeldOutMetrics, gain = row.seed / 100) => ({
  ...row,
  heldOutAccuracy: row.step > 0 ? 0.2 + gain : 0.1,
});
const able = (row: HeldOutMetrics, i: number) => (i === 0 ? { ...row, heldOutAccuracy: 0.2 } : row);

test.each<[string, Partial<Results>, Finding["verdict"], RegExp?]>([
  ["gains below 30 points", { metrics: results.metrics.map((row) => low(row)) }, "not shown"],
  [
    "gains below 30 points of one method alone",
    { metrics: accuracies("lora-r8", [0.2, 0.21, 0.22]) },
    "inconclusive",
    /not every method's interval/,
  ],
  ["one seed", oneSeed(results), "inconclusive", /two training seeds/],
  [
    "a base above both constant answers",
    { majority: -0.1, corruptedAnswer: -0.1 },
    "inconclusive",
    /that the base model does not do: .* 10\.0%/,
  ],
  ["a base near one constant answer", { majority: -0.1, corruptedAnswer: 0.05 }, "shown"],
  [
    "a base above chance in one run alone",
    { metrics: results.metrics.map(able) },
    "inconclusive",
    /that the base model does not do: it answers 20\.0%/,
  ],
  [
    "an interval that includes 30 points",
    { metrics: accuracies("lora-r8", wide) },
    "inconclusive",
    /not every method's interval/,
  ],
  [
    "intervals that all include 30 points",
    { metrics: accuracies("circuit-lora", wide, accuracies("lora-r8", wide)) },
    "inconclusive",
    /not every method's interval/,
  ],
])("with %s improvement is judged by the rule", (_, parts, verdict, missing) => {
  const found = find(CLAIM, parts);
  expect(found.verdict).toBe(verdict);
  expect(found.missing.join()).toMatch(missing ?? /^$/);
});

test("a gain of exactly 30 points is enough", () => {
  const metrics = results.metrics
    .filter(({ seed }) => seed < 3)
    .map((row) => ({ ...row, heldOutAccuracy: row.step > 0 ? 0.3 : 0 }));
  expect(find(CLAIM, { metrics }).verdict).toBe("shown");
});

describe("a method that was not measured before training", () => {
  const isFirst = ({ plan, step }: HeldOutMetrics) => plan === "circuit-lora" && step === 0;
  const metrics = results.metrics.filter((row) => !isFirst(row));
  const gained = (parts: Partial<Results>) =>
    find(CLAIM, parts)
      .contrasts.filter(({ name }) => name.endsWith("after minus before"))
      .map(({ name, estimate }) => [name, Number(estimate.mean.toFixed(2))]);

  test("begins with the base model, as the others do", () => {
    expect(gained({ metrics })).toEqual([
      ["lora-r8: after minus before", 0.62],
      ["circuit-lora: after minus before", 0.72],
    ]);
  });

  test("is not judged if the others begin with different models", () => {
    expect(gained({ metrics: metrics.map(able) })).toEqual([["lora-r8: after minus before", 0.59]]);
  });
});

test("a method whose runs begin elsewhere is not compared with the base model", () => {
  const metrics = results.metrics.map((row) => ({ ...row, beganElsewhere: row.plan === "circuit-lora" }));
  const compared = find(CLAIM, { metrics }).contrasts.map(({ name }) => name);
  expect(compared).toContain("lora-r8: after minus before");
  expect(compared).not.toContain("circuit-lora: after minus before");
});

test("runs that begin with the base model have one contrast with a constant answer, others their own", () => {
  const names = (parts: Partial<Results>) =>
    find(CLAIM, parts)
      .contrasts.filter(({ name }) => name.endsWith("minus constant answer"))
      .map(({ name }) => name);
  expect(names({})).toEqual(["base model: minus constant answer"]);
  expect(names({ metrics: results.metrics.map(able) })).toEqual([
    "lora-r8, seed 1: first model: minus constant answer",
    "circuit-lora, seed 1 and 4 more: first model: minus constant answer",
  ]);
});
