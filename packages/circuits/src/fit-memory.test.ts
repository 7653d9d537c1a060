import { UserError } from "@ft/artifacts";
import { loraOnEveryLinear, type ModelConfig } from "@ft/model";
import { expect, test } from "vitest";
import { pythia1b4 } from "../../model/src/testing/gpt-neox-config.ts";
import { attributionCosts, evaluationCosts, fitAttribution, fitEvaluation } from "./fit-memory.ts";
import type { Pair } from "./pairs/pair.ts";

const GIB = 2 ** 30;

/** The shape of Pythia-1.4B at a sixth of its depth. */
const config: ModelConfig = { ...pythia1b4, layers: 4 };
const LINEARS = 4 * (4 * 2048 * 2048 + 2 * 2048 * 8192);
const TABLES = 2 * 2048 * 50_304;

const pairs: Pair[] = Array.from({ length: 200 }, (_, i) => {
  const prompt = (operator: number) => [
    ...Array.from({ length: 14 }, (_, at) => at),
    100 + (i % 50),
    operator,
    500 + i,
    60,
  ];
  return { clean: prompt(50), corrupted: prompt(51), answer: i };
});
const bytes = (work: { memory: { bytes: number }[] }) =>
  work.memory.reduce((sum, part) => sum + part.bytes, 0);

test("attribution holds the weights, what heads write a second time, and one tree", () => {
  const { memory } = attributionCosts({ config }, pairs, {});
  const [weights, activations] = memory.map((part) => part.bytes) as [number, number];
  const writers = 4 * 2048 * 2048;
  expect(weights / (4 * (LINEARS + TABLES + writers))).toBeCloseTo(1, 2);
  expect(activations).toBeGreaterThan(128 * 2 ** 20);
  expect(activations).toBeLessThan(3 * 128 * 2 ** 20);
});

test("merging a checkpoint's adapter takes no more than a few of its weights", () => {
  const plain = bytes(attributionCosts({ config }, pairs, {}));
  const merged = bytes(attributionCosts({ config, adapter: loraOnEveryLinear(config, 2) }, pairs, {}));
  expect(merged).toBeGreaterThanOrEqual(plain);
  expect(merged - plain).toBeLessThan(4 * 4 * 2048 * 8192);
});

test("the arithmetic of an example follows its points and the model's weights", () => {
  const five = attributionCosts({ config }, pairs, { steps: 5 }).flops;
  const ten = attributionCosts({ config }, pairs, { steps: 10 }).flops;
  expect(ten / five).toBeGreaterThan(1.5);
  expect(ten / five).toBeLessThan(2.2);
  // Three differing rows, two prompts and four points that have a gradient, forward and backward.
  expect(five / (2 * LINEARS * 3 * (2 + 4 + 4))).toBeGreaterThan(0.5);
  expect(five / (2 * LINEARS * 3 * (2 + 4 + 4))).toBeLessThan(2);
});

test("patching every edge is some thousand runs of the model", () => {
  const run = evaluationCosts({ config }, pairs, {}).flops / 3;
  const { flops } = attributionCosts({ config }, pairs, { method: "exact", metric: "kl" });
  expect(flops / run).toBeGreaterThan(2_000);
  expect(flops / run).toBeLessThan(20_000);
});

test("trees are as by default where these fit, and smaller with less memory", () => {
  expect(fitAttribution({ config }, pairs, {}, 8 * GIB)).toEqual({
    treeBytes: 128 * 2 ** 20,
    reduced: false,
  });
  const least = bytes(attributionCosts({ config }, pairs, {}, 1));
  const most = bytes(attributionCosts({ config }, pairs, {}));
  expect(least).toBeLessThan(most);
  // So little that half of the default does not fit either.
  const budget = least + (most - least) / 10;
  const { treeBytes, reduced } = fitAttribution({ config }, pairs, {}, budget);
  expect(reduced).toBe(true);
  expect(bytes(attributionCosts({ config }, pairs, {}, treeBytes))).toBeLessThanOrEqual(budget);
  expect(fitEvaluation({ config }, pairs, {}, 8 * GIB).reduced).toBe(false);
});

test("a model that does not fit with a single pair is refused with its size", () => {
  expect(() => fitAttribution({ config }, pairs, {}, GIB)).toThrow(UserError);
  expect(() => fitEvaluation({ config }, pairs, { metric: "logit-diff" }, GIB)).toThrow(
    /^the evaluation of circuits needs \d\.\d GiB of memory, and may take 1\.0 GiB\n.*GiB weights/,
  );
});
