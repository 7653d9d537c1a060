import { describe, expect, test } from "vitest";
import { noisy } from "../testing/comparisons.ts";
import { find } from "../testing/findings.ts";

const CLAIM = "Circuits are stable";
const tuned = [
  [0.4, 1],
  [0.42, 1.04],
  [0.41, 1.02],
] as const;
const ordered = noisy({ tuned, halves: [0.1, 0.2], between: [0.2, 0.5], chance: 1 });

test("circuits are stable if halves agree more than seeds, and these more than before and after", () => {
  const { verdict, missing, evidence, contrasts } = find(CLAIM, { comparisons: ordered });
  expect([verdict, missing]).toEqual(["shown", []]);
  // Jaccards of the made-up rows: 1 - 0.2 / 2, 1 - 0.5 / 2, and 0.5, 0.48, 0.49.
  expect(
    contrasts.map(({ name, estimate }) => `${name} ${estimate.mean.toFixed(3)} ${estimate.seeds}`),
  ).toEqual(["halves minus between seeds 0.150 3", "between seeds minus before and after 0.260 3"]);
  expect(evidence).toContain("circuits of the random model, on average: halves 0.900, splits 0.900");
  expect(evidence).toContain("Between seeds at the same step: 0.750. Before and after fine-tuning: 0.490.");
});

test("they are not if either order is reversed", () => {
  const seeds = noisy({ tuned, halves: [0.1, 0.6], between: [0.2, 0.5], chance: 1 });
  expect(find(CLAIM, { comparisons: seeds })).toMatchObject({ verdict: "not shown" });
  const before = noisy({ tuned, halves: [0.1, 0.2], between: [0.2, 1.2], chance: 1 });
  expect(find(CLAIM, { comparisons: before })).toMatchObject({ verdict: "not shown" });
});

describe("the claim needs", () => {
  const missing = (keep: (row: (typeof ordered)[number]) => boolean) =>
    find(CLAIM, { comparisons: ordered.filter(keep) }).missing.join("; ");

  test.each([
    ["20 pairs of halves", "halves of the examples", "half 39"],
    ["splits of every model", "5 splits", "split 4"],
    ["every perturbation", "5 splits", "perturbed 90"],
  ])("%s", (_, name, sample) => {
    const isKept = (row: (typeof ordered)[number]) => row.sample !== sample && row.otherSample !== sample;
    expect(missing((row) => isKept(row) || row.step === 0)).toContain(name);
    expect(missing((row) => isKept(row) || row.step > 0)).toContain(name);
  });

  test("two seeds, resamples, and a random model", () => {
    expect(missing(({ kind }) => kind !== "seeds")).toContain("two training seeds");
    expect(missing(({ kind }) => kind !== "bootstrap")).toContain("bootstrap");
    expect(missing(({ plan }) => plan === "probe")).toBe("the same of a randomly initialised model");
  });

  test("any measurement", () => {
    expect(find(CLAIM).evidence).toContain("was not measured");
  });
});
