import { expect, test } from "vitest";
import type { Results } from "../results.ts";
import { find, withPlan } from "../testing/findings.ts";
import { results } from "../testing/results.ts";

const CLAIM = "The union";
const union = { union: "circuit-lora", own: "own", part: "part", random: "random" };
/** Plans by the own circuit, one part's and a random union; the union's plan has 81, 82 and 83%. */
const judged = (own: readonly number[], part: readonly number[], random = [0.7, 0.71, 0.72]) => {
  const plans = { own, part, random };
  const all = Object.entries(plans).reduce<Results>(
    (of, [name, values]) => (values.length > 0 ? withPlan(of, name, "circuit", values) : of),
    { ...results, config: { ...results.config, union } },
  );
  return find(CLAIM, all);
};
const SAME = [0.811, 0.819, 0.83];
const WORSE = [0.7, 0.71, 0.725];

test("the union stands in if it is within a point of the own circuit and better than one part", () => {
  expect(judged(SAME, WORSE)).toMatchObject({ verdict: "shown", missing: [] });
  const uncertain = [0.75, 0.82, 0.89]; // the same mean as the union's
  for (const own of [WORSE, uncertain])
    expect(judged(own, WORSE).missing).toEqual(["more seeds: the two are not equal within 1 point"]);
  expect(judged(SAME, SAME).missing).toEqual(["more seeds: the union is not better than one part"]);
});

test("the random union is a control: it must be there, and is reported", () => {
  expect(judged(SAME, WORSE, []).missing).toEqual(["CircuitLoRA by a random union of equal size"]);
  const { contrasts } = judged(SAME, WORSE);
  expect(contrasts.map(({ decides }) => decides !== false)).toEqual([true, true, false]);
  expect(contrasts[0]!.rows).toHaveLength(6);
});

test("an experiment without such plans has no claim about unions; missing plans are named", () => {
  expect(find(CLAIM)).toBeUndefined();
  expect(judged([], []).missing).toEqual([
    "CircuitLoRA by the task's own circuit",
    "CircuitLoRA by the circuit of one part alone",
  ]);
});
