import { expect, test } from "vitest";
import { binding, flat } from "../testing/findings.ts";
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
