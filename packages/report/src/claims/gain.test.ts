import { describe, expect, test } from "vitest";
import type { Results } from "../results.ts";
import { accuracies, binding, controlled, find, flat, oneSeed, withPlan } from "../testing/findings.ts";
import { results } from "../testing/results.ts";
import type { Finding } from "./claim.ts";
import { gain } from "./gain.ts";
import { judge } from "./judge.ts";

const CLAIM = "Rank is best spent";
/** The claim's finding with these accuracies of lora-r8, at the same budget; circuit-lora has 81, 82 and 83%. */
const against = (values: readonly number[], of: Results = binding) =>
  find(CLAIM, { ...of, metrics: accuracies("lora-r8", values, of.metrics) });
const contrast = (name: string, finding: Pick<Finding, "contrasts"> = find(CLAIM, binding)) =>
  finding.contrasts.find((contrast) => contrast.name === `circuit-lora minus ${name}`)!;
const budget = (values: readonly number[]) => contrast("lora-r8", against(values)).verdict;

const BELOW = [0.7, 0.71, 0.72];
const UNKNOWN = "whether rank limits accuracy here: accuracy at rank 1, rank 2, rank 32 and full fine-tuning";
const DIFFERENCE = /the interval includes no difference/;

describe("a gain is inconclusive unless rank was shown to bind", () => {
  test("and says what is missing for that", () => {
    expect(find(CLAIM).missing[0]).toBe(UNKNOWN);
    expect(find(CLAIM, flat).missing[0]).toBe("a setting where rank limits accuracy");
    for (const of of [results, flat]) {
      expect(against([0.9, 0.92, 0.93], of).verdict).toBe("inconclusive");
      expect(against(BELOW, controlled(of)).verdict).toBe("inconclusive");
    }
  });

  test("and asks for more seeds if there are too few to decide the gain", () => {
    expect(find(CLAIM, oneSeed(results)).missing[1]).toBe(
      "at least two seeds shared by both methods (circuit-lora minus lora-r8)",
    );
    expect(against([0.2, 0.99, 0.9], results).missing[1]).toMatch(DIFFERENCE);
    expect(against(BELOW, results).missing[1]).toMatch(/^10 random draws/);
  });
});

describe("if rank binds, the difference to a plan at the same budget is", () => {
  test("shown above 0 if it survives Holm's correction over all comparisons", () => {
    expect(budget(BELOW)).toBe("shown");
    // p = 0.038 alone; the comparison with rank 2 has a smaller one, so it counts twice.
    const single = against([0.7446, 0.72, 0.6954]);
    expect(contrast("lora-r8", single)).toMatchObject({ verdict: "inconclusive", decides: true });
    expect(contrast("lora-r8", single).estimate.low).toBeGreaterThan(0);
    expect(single.missing[0]).toContain("the gain does not survive Holm's correction");
  });

  test.each([
    ["above 0", [0.2, 0.99, 0.9]],
    ["below 0", [0.99, 0.9, 0.7]],
  ])("open if it is %s and its interval includes 0", (_, values) => {
    const finding = against(values);
    expect(finding.verdict).toBe("inconclusive");
    expect(finding.missing[0]).toMatch(DIFFERENCE);
  });

  test("not shown if its interval is below 0, or its 90% interval is within a point of 0", () => {
    const below = against([0.9, 0.92, 0.93]);
    expect(below).toMatchObject({ verdict: "not shown", missing: [] });
    expect(below.evidence).not.toContain("Equal within");
    for (const near of [
      [0.812, 0.819, 0.83],
      [0.8152, 0.82, 0.8248], // the 95% interval is wider than a point
    ]) {
      const { verdict, evidence } = against(near);
      expect(verdict).toBe("not shown");
      expect(evidence).toContain("Equal within 1 point: circuit-lora minus lora-r8.");
    }
  });

  test("open with one seed, which has no p-value", () => {
    const metrics = binding.metrics.filter(({ plan, seed }) => plan !== "lora-r8" || seed === 1);
    const finding = against([0.7], { ...binding, metrics });
    expect(finding.missing[0]).toContain("at least two seeds shared by both methods");
    expect(contrast("lora-r8", finding).estimate).toMatchObject({ p: null, low: null, equivalence: null });
  });
});

describe("the claim as a whole", () => {
  const withoutAdaLora = { ...gain, controls: gain.controls.filter(({ name }) => !name.includes("AdaLoRA")) };
  const strict = (of: Results) => judge(withoutAdaLora, of)!;
  const all = controlled({ ...binding, metrics: accuracies("lora-r8", BELOW, binding.metrics) });

  test("is shown only with every control, and names those that are missing", () => {
    expect(strict(all)).toMatchObject({ verdict: "shown", missing: [] });
    expect(judge(gain, all)).toMatchObject({
      verdict: "inconclusive",
      missing: ["AdaLoRA at the same budget"],
    });
    const missing = strict(binding).missing.join("\n");
    for (const control of [
      "random draws",
      "first layers",
      "last layers",
      "change least",
      "largest gradients",
    ])
      expect(missing).toContain(control);
    expect(missing).not.toContain("spread evenly");
  });

  test("needs ten random draws", () => {
    const nine = { ...all, plans: all.plans.filter(({ draw }) => draw !== 9) };
    expect(strict(nine).missing).toEqual(["10 random draws of layers"]);
  });

  test("needs LoRA with the updates of CircuitLoRA and its probe", () => {
    const probe = results.layers.map((row) => ({ ...row, plan: "lora-r8" }));
    expect(strict({ ...all, layers: probe }).missing.join()).toMatch(/^LoRA trained for as many updates/);
    const longer = all.metrics.map((row) =>
      row.plan === "uniform-2" && row.step > 0 ? { ...row, step: 4 } : row,
    );
    expect(strict({ ...all, layers: probe, metrics: longer }).verdict).toBe("shown");
  });

  test("is about plans at the same budget, at random and in the first layers; others are reported", () => {
    const deciding = judge(gain, all)!.contrasts.filter(({ decides }) => decides);
    expect(deciding.map(({ name }) => name.split(" ").at(-1))).toEqual([
      "lora-r8",
      "first-layers",
      "random-layers",
    ]);
    const better = withPlan(all, "larger", "uniform", [0.95, 0.96, 0.97]);
    expect(strict(better).verdict).toBe("shown");
    expect(contrast("larger", strict(better))).toMatchObject({ verdict: "not shown", decides: false });
    const first = accuracies("first-layers", [0.95, 0.96, 0.97], all.metrics);
    expect(strict({ ...all, metrics: first }).verdict).toBe("not shown");
  });

  test("links to the last rows of both methods' runs", () => {
    const { rows } = contrast("lora-r8");
    expect(rows).toHaveLength(6);
    for (const row of rows) expect(row).toMatchObject({ table: "metrics", step: 2 });
    expect(new Set(rows.map(({ plan }) => plan))).toEqual(new Set(["lora-r8", "circuit-lora"]));
  });
});

test("contrasts say which effects they exclude, and which the seeds would find", () => {
  const of = (values: readonly number[]) => contrast("lora-r8", against(values));
  expect(of([0.8, 0.82, 0.83]).excludes).toEqual(["the paper's gain"]);
  expect(of(BELOW).excludes).toEqual(["no difference", "the paper's gain"]);
  expect(of([0.2, 0.99, 0.9]).excludes).toEqual([]);
  expect(of([0.2, 0.99, 0.9]).estimate.detectable).toBeGreaterThan(1);
  expect(against(BELOW).evidence).toContain(
    "Of 3 comparisons 2 exclude no difference and 2 the paper's gain",
  );
});

test("the evidence says if the learning rate of a compared method was at an edge of the rates tried", () => {
  const rate = (adapter: string, learningRate: number, chosen: boolean) => ({
    ...results.learningRates[0]!,
    adapter,
    learningRate,
    chosen,
  });
  const evidence = (adapter: string) =>
    find(CLAIM, { learningRates: [rate(adapter, 1, true), rate(adapter, 2, false)] }).evidence;
  const [lora, circuitLora] = ["lora, rank 8, alpha 16", "lora, ranks 8 and 16, alphas 16 and 32"];
  expect(evidence(lora!)).toContain(`The learning rate of ${lora}, 1, is the lowest tried`);
  expect(evidence(circuitLora!)).toContain(`The learning rate of ${circuitLora}, 1, is the lowest tried`);
  expect(evidence("lora, rank 4, alpha 8")).not.toContain("tried");
});

describe("a plan with the same adapters as CircuitLoRA's", () => {
  const own = binding.plans.filter(({ plan }) => plan === "circuit-lora");
  const values = [0.81, 0.82, 0.83];
  const first = withPlan(controlled(binding), "same-layers", "first-layers", values);
  const same = {
    ...first,
    plans: [
      ...first.plans.filter(({ plan }) => plan !== "same-layers" && plan !== "first-layers"),
      ...own.map((row) => ({
        ...row,
        plan: "same-layers",
        edgeChange: null,
        reason: "the first layers",
        file: "another",
      })),
    ],
  };

  test("does not decide the claim, and is not one of its controls", () => {
    const finding = judge(gain, same)!;
    const compared = finding.contrasts.find(({ name }) => name === "circuit-lora minus same-layers")!;
    expect(compared).toMatchObject({ decides: false, estimate: { mean: expect.closeTo(0, 12) } });
    expect(finding.verdict).toBe("inconclusive");
    expect(finding.missing.join()).toContain("the higher rank in the first layers");
    expect(finding.evidence.join()).toContain("The plan is that of same-layers, adapter by adapter");
    expect(finding.evidence.join()).not.toContain("Equal within 1 point");
  });

  test("is another plan if one adapter differs", () => {
    const [row, ...rest] = same.plans.filter(({ plan }) => plan === "same-layers");
    const others = same.plans.filter(({ plan }) => plan !== "same-layers");
    const other = { ...same, plans: [...others, { ...row!, rank: row!.rank + 1 }, ...rest] };
    const compared = judge(gain, other)!.contrasts.find(({ name }) => name.endsWith("same-layers"))!;
    expect(compared.decides).toBe(true);
  });
});
