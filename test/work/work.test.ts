/**
 * The work of a batch of attribution, an evaluation and a training step, counted and not timed: calls of the backend and
 * floating-point operations. A change that needs more than the budgets fails here; one that needs less should lower
 * them.
 */

import { type CountedOps, countOps, openBackend } from "@ft/backend";
import { attribute, evaluateCircuits, loadCircuitModel, type Pair } from "@ft/circuits";
import { createGraph } from "@ft/graph";
import {
  createTrainable,
  graphShape,
  initializeModel,
  layOut,
  loraOnEveryLinear,
  type ModelConfig,
} from "@ft/model";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { gptNeoxConfig } from "../../packages/model/src/testing/gpt-neox-config.ts";

/** The shape of the benchmarks' nano, with a smaller vocabulary. */
const config: ModelConfig = gptNeoxConfig({
  layers: 4,
  heads: 4,
  dModel: 128,
  dMlp: 512,
  vocabulary: 256,
  maxPositions: 64,
  rotaryDims: 8,
  initializerRange: 0.1,
});

const [PLUS, MINUS, EQUALS] = [250, 251, 252];
const INSTRUCTION = Array.from({ length: 12 }, (_, i) => 230 + i);

/** Additions and subtractions as the task has them: twelve shared tokens, an operand, the operator, an operand, "=". */
const pairs: Pair[] = Array.from({ length: 32 }, (_, i) => {
  const [first, second] = [i % 8, 100 + i];
  const prompt = (operator: number) => [...INSTRUCTION, first, operator, second, EQUALS];
  const [clean, corrupted] = i % 2 === 0 ? [PLUS, MINUS] : [MINUS, PLUS];
  return { clean: prompt(clean!), corrupted: prompt(corrupted!), answer: 60 + i, wrong: 120 + i };
});

const model = initializeModel(config, 1);
let counted: CountedOps;
beforeAll(async () => {
  counted = countOps(await openBackend());
});
beforeEach(() => counted.reset());

/** Million floating-point operations, and calls. */
function expectWithin(budget: { operations: number; megaflops: number }): void {
  const { calls, flops } = counted.total();
  expect(calls).toBeLessThanOrEqual(budget.operations);
  expect(flops / 1e6).toBeLessThanOrEqual(budget.megaflops);
  // A budget far above the actual work protects nothing.
  expect(calls).toBeGreaterThan(0.9 * budget.operations);
  expect(flops / 1e6).toBeGreaterThan(0.9 * budget.megaflops);
}

describe("does not grow", () => {
  test("for a batch of attribution", () => {
    const loaded = loadCircuitModel(counted.ops, model);
    counted.reset();
    attribute(counted.ops, loaded, pairs);
    loaded.dispose();
    expectWithin({ operations: 388, megaflops: 942 });
  });

  test("for an evaluation of two circuits", () => {
    const graph = createGraph(graphShape(config));
    const circuits = [0.1, 0.5].map((fraction) => {
      const set = graph.emptySet();
      for (let edge = 0; edge < graph.edges; edge += Math.round(1 / fraction)) set[edge] = 1;
      return set;
    });
    const loaded = loadCircuitModel(counted.ops, model);
    counted.reset();
    evaluateCircuits(counted.ops, loaded, pairs, circuits);
    loaded.dispose();
    expectWithin({ operations: 376, megaflops: 270 });
  });

  test("for a step of LoRA", () => {
    const trainable = createTrainable(counted.ops, model, loraOnEveryLinear(config, 8), 1);
    counted.reset();
    counted.ops.scope(() => {
      const { gradients } = trainable.lossAndGradients(
        layOut(
          pairs.map(({ clean, answer }) => ({
            tokens: clean,
            targets: [{ position: clean.length - 1, token: answer }],
          })),
        ),
      );
      for (const [name, parameter] of trainable.parameters)
        counted.ops.adamW(parameter, gradients.get(name)!, { learningRate: 1e-3, step: 1 });
    });
    expectWithin({ operations: 203, megaflops: 261 });
    trainable.dispose();
  });
});

test("sharing saves work: attribution without it is several times as much", () => {
  attribute(counted.ops, model, pairs);
  const shared = counted.total().flops;
  counted.reset();
  attribute(counted.ops, model, pairs, { share: false });
  expect(counted.total().flops / shared).toBeGreaterThan(5);
});
