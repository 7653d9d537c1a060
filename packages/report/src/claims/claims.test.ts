import { crossedInterval, crossedTest, holm } from "@ft/statistics";
import { expect, test } from "vitest";
import { withAnswers } from "../testing/answers.ts";
import { binding, flat, withPlan } from "../testing/findings.ts";
import { results } from "../testing/results.ts";
import { findings, limits } from "./index.ts";

test("exactly the inconclusive claims say what would decide them", () => {
  for (const of of [results, binding, flat])
    for (const { verdict, missing } of findings(of))
      expect(missing.length > 0).toBe(verdict === "inconclusive");
});

test("limits count held-out examples, training seeds and the runs that circuits come from", () => {
  const [, circuits, accuracy] = limits(results);
  expect(circuits).toContain("Circuits come from one fine-tuning run");
  expect(accuracy).toContain("over 10 held-out examples");
  expect(accuracy).toContain("cover 3 seeds");
  const other = results.changes.map((row) => ({ ...row, seed: 2 }));
  expect(limits({ ...results, changes: [...results.changes, ...other] })[1]).toContain("2 fine-tuning runs");
  expect(accuracy).toContain("the same that circuits are found on");
  const apart = limits({ ...results, heldOut: "test", examples: new Map([["test", 7]]) })[2];
  expect(apart).toContain("over 7 held-out examples, which nothing else used");
  const metrics = results.metrics.filter(({ seed }) => seed === 1);
  expect(limits({ ...results, metrics })[2]).toContain("there is one seed");
});

test("limits say if intervals cover the choice of examples: only if every run's answers are known", () => {
  const known = withAnswers(results);
  expect(limits(known)[2]).toContain("cover 3 seeds and, in the claims, the choice of these examples");
  const partial = { ...known, answers: known.answers.filter(({ seed, step }) => seed < 3 || step === 0) };
  for (const of of [results, partial])
    expect(limits(of)[2]).toContain("cover 3 seeds, not the choice of examples");
});

test("claims about accuracies have intervals and corrected tests over seeds and examples, and link to the answers", () => {
  const union = { union: "circuit-lora", own: "own", part: "part", random: "none" };
  const planned = withPlan(binding, "own", "circuit", [0.811, 0.819, 0.83]);
  const known = withAnswers({
    ...withPlan(planned, "part", "circuit", [0.7, 0.71, 0.72]),
    config: { ...results.config, union },
  });
  const all = findings(known);
  for (const [id, number] of [
    ["improvement", 6],
    ["rank", 1],
    ["gain", 5],
    ["union", 2],
  ] as const) {
    const { contrasts, evidence } = all.find((finding) => finding.id === id)!;
    const crossed = contrasts.filter((contrast) => contrast.crossed);
    expect(crossed, id).toHaveLength(number);
    for (const measure of new Set(crossed.map((contrast) => contrast.measure))) {
      const family = crossed.filter((contrast) => contrast.measure === measure);
      const adjusted = holm(family.map((contrast) => crossedTest(contrast.crossed!)));
      family.forEach(({ estimate, crossed, values, rows }, i) => {
        const { low, high } = crossedInterval(crossed!);
        const ninety = crossedInterval(crossed!, 0.9);
        expect(estimate).toMatchObject({ seeds: 3, examples: 100, low, high, p: adjusted[i] });
        expect(estimate.equivalence).toBe(Math.max(-ninety.low, ninety.high));
        expect(estimate.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 3, 2);
        const tables = rows.map(({ table }) => table);
        expect(tables.filter((table) => table === "answers")).toHaveLength(rows.length / 2);
      });
    }
    if (id !== "gain") expect(evidence.join(), id).toContain("over 3 seeds and 100 examples");
  }
});
