import { adapterKinds } from "@ft/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planMethods, summarize, uniformRanks } from "./comparison.ts";
import { planStage, results } from "./testing/results.ts";

test("a method's accuracy is that of its last checkpoint, and its difference to the circuit-aware one is paired by seed", () => {
  const [uniform, aware] = summarize(results);
  expect(uniform).toMatchObject({ method: "lora-r8", seeds: 3 });
  expect(uniform!.meanAccuracy).toBeCloseTo(0.72, 12);
  expect(uniform!.difference).toBeCloseTo(-0.1, 12);
  expect(aware).toMatchObject({ method: "circuit-lora", difference: null });
});

test("several draws with one seed count once, with the mean of their last checkpoints", () => {
  const metrics = results.metrics.flatMap((row) =>
    row.plan === "lora-r8" && row.step > 0
      ? [
          { ...row, draw: 1, heldOutAccuracy: 0.5 },
          { ...row, draw: 2, step: row.step + 5, heldOutAccuracy: 0.9 },
        ]
      : [row],
  );
  const [uniform] = summarize({ ...results, metrics });
  expect(uniform!.seeds).toBe(3);
  expect(uniform!.meanAccuracy).toBeCloseTo((0.1 + 0.5 + 0.9) / 3, 12);
});

test("trainable parameters are counted from the plan's modules", () => {
  expect(summarize(results).map(({ trainableParameters }) => trainableParameters)).toEqual([8 * 16, 24 * 16]);
});

test("a plan that adapts another layer for every seed has the parameters of one seed", () => {
  const [row] = results.plans;
  const bySeed = [0, 1].map((layer) => ({ ...row!, layer, seed: layer + 1 }));
  const [random] = summarize({ ...results, plans: [...bySeed, ...results.plans.slice(1)] });
  expect(random).toMatchObject({ method: "lora-r8", trainableParameters: 8 * 16 });
});

test("plans with one rank everywhere are identified by it, full fine-tuning by its name", () => {
  const [row] = results.plans;
  const full = { ...row!, plan: "full", kind: "full", rank: 0 };
  expect([...uniformRanks([...results.plans, full])]).toEqual([
    ["lora-r8", 8],
    ["full", "full"],
  ]);
});

test("plans of other kinds than LoRA have no rank to compare, whatever their order", () => {
  const kinds = adapterKinds.filter(({ name, adapt }) => adapt && name !== "lora");
  fc.assert(
    fc.property(fc.shuffledSubarray(kinds), fc.integer({ min: 0, max: 64 }), (chosen, rank) => {
      const [row] = results.plans;
      const others = chosen.map(({ name }) => ({ ...row!, plan: name, kind: name, rank }));
      expect(uniformRanks([...others, ...results.plans])).toEqual(uniformRanks(results.plans));
    }),
  );
});

test("the methods of plans are those of lora stages, not of other stages or outside commands", () => {
  const replaced = planStage({ c: "random" });
  const outside = { command: "python plan.py", files: {} };
  const stages = [
    planStage({ a: "budget" }),
    { ...planStage({ b: "random" }), uses: "train" },
    { ...replaced, manifest: { ...replaced.manifest, outside } },
  ];
  expect([...planMethods(stages)]).toEqual([["a", "budget"]]);
});
