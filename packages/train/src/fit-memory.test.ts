import { UserError } from "@ft/artifacts";
import { type Adapter, countParameters, loraOnEveryLinear } from "@ft/model";
import { expect, test } from "vitest";
import { pythia1b4 as pythia } from "../../model/src/testing/gpt-neox-config.ts";
import { asSequence } from "./exact-match.ts";
import type { Examples } from "./examples.ts";
import { fitAdapter, fitTraining, reducedBatches, trainingWork } from "./fit-memory.ts";

const GIB = 2 ** 30;

const full: Adapter = { kind: "full", modules: [] };
const lora = (rank: number) => loraOnEveryLinear(pythia, rank);

/** Prompts of 19 tokens that share all but the last four, as those of additions do. */
const questions = Array.from({ length: 300 }, (_, i) => ({
  tokens: [...Array.from({ length: 15 }, (_, at) => at), 100 + i, 50 + (i % 2), 500 + i, 60],
  answer: i,
  kind: "add",
  example: i,
}));
const examples: Examples = {
  train: questions.map(asSequence),
  numbers: questions.map(({ example }) => example),
  circuit: questions,
  validation: [],
  test: [],
};
const asked = { batch: 32 };
const bytesOf = (adapter: Adapter, micro: number) =>
  trainingWork(
    pythia,
    adapter,
    { sequences: examples.train.slice(0, 32), questions },
    { micro, scoring: 250 },
  );

test("LoRA on Pythia-1.4B takes its weights, and little more; full fine-tuning four times as much", () => {
  const parameters = countParameters(pythia);
  const [weights, trained, activations] = bytesOf(lora(8), 32).memory.map(({ bytes }) => bytes);
  expect(weights).toBe(4 * parameters);
  // Ranks times inputs and outputs of the four linears, three floats each.
  expect(trained).toBe(3 * 4 * 24 * 8 * (4 * 2048 + 2 * 2048 + 2 * (2048 + 8192)));
  expect(activations).toBeLessThan(0.7 * GIB);
  const [frozen, all, gradients] = bytesOf(full, 32).memory.map(({ bytes }) => bytes);
  expect(frozen).toBe(0);
  expect(all).toBe(12 * parameters);
  expect(gradients).toBeGreaterThan(4 * parameters);
});

test("a saved state is read back next to what is held, and may take more than an update", () => {
  const [, trained, more] = bytesOf(lora(128), 32).memory.map(({ bytes }) => bytes);
  expect(more).toBe(trained);
});

test("what fits with no batch is said to take the least that any batch does", () => {
  const total = (micro: number) => bytesOf(full, micro).memory.reduce((sum, { bytes }) => sum + bytes, 0);
  // Micro-batches hold their gradients next to the sum of the others'.
  expect(total(32)).toBeLessThan(total(1));
  const asked = { batch: 32, wanted: { micro: 32, scoring: 250 } };
  const { fits, memory } = fitAdapter(pythia, full, examples, asked, GIB);
  expect(fits).toBe(false);
  expect(memory.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(total(32));
});

test("of several adapters the one that trains the most must fit", () => {
  const total = (rank: number) => bytesOf(lora(rank), 1).memory.reduce((sum, { bytes }) => sum + bytes, 0);
  const budget = (total(2) + total(128)) / 2;
  expect(fitTraining(pythia, [lora(2)], examples, asked, budget).micro).toBeGreaterThan(0);
  for (const adapters of [
    [lora(2), lora(128)],
    [lora(128), lora(2)],
  ])
    expect(() => fitTraining(pythia, adapters, examples, asked, budget)).toThrow(/place: lora, rank 128/);
});

test("an update's arithmetic is that of its products: forward and backward through every linear, and the adapters", () => {
  const { update } = bytesOf(lora(8), 32);
  // 15 shared rows and about four of each example; two products of each weight, forward and to the input.
  const rows = 15 + 4 * 32;
  const linears = 24 * (4 * 2048 * 2048 + 2 * 2048 * 8192);
  const products = 2 * 2 * rows * linears + 2 * 2 * 32 * 2048 * 50_304;
  expect(update / products).toBeGreaterThan(0.9);
  expect(update / products).toBeLessThan(1.1);
});

test("what is asked for is done where it fits", () => {
  const batches = fitTraining(pythia, [lora(2), lora(8)], examples, asked, 8 * GIB);
  expect(batches).toEqual({ micro: 32, scoring: 250 });
  expect(reducedBatches(batches, asked)).toBeUndefined();
  expect(fitTraining(pythia, [lora(2)], examples, { batch: 32, microBatch: 8 }, 8 * GIB).micro).toBe(8);
});

test("with less memory batches are smaller, and fit; the smallest amount decides", () => {
  const least = (micro: number) => bytesOf(lora(8), micro).memory.reduce((sum, { bytes }) => sum + bytes, 0);
  const budget = (least(1) + least(32)) / 2;
  const batches = fitTraining(pythia, [lora(8)], examples, asked, budget);
  expect(batches.micro).toBeLessThan(32);
  expect(least(batches.micro)).toBeLessThanOrEqual(budget);
  expect(reducedBatches(batches, asked)).toEqual(batches);
  expect(() => fitTraining(pythia, [lora(8)], examples, asked, 5 * GIB)).toThrow(UserError);
});

test("what cannot fit is refused with its parts, the plan and a remedy", () => {
  expect(() => fitTraining(pythia, [lora(8), full], examples, asked, 18 * GIB)).toThrow(
    /^training needs \d\d\.\d GiB of memory, and may take 18\.0 GiB\n {2}place: full\n {2}value: .*15\.8 GiB trained parameters[\s\S]*such as LoRA/,
  );
  expect(() => fitTraining(pythia, [lora(8)], examples, asked, 4 * GIB)).toThrow(/5\.3 GiB frozen weights/);
});
