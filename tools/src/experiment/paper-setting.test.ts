/** The experiments on the paper's models, whose weights are not here: their shapes, and what they take. */
import { resolve } from "node:path";
import { type Experiment, loadExperiment, type Need, totalBytes } from "@ft/artifacts";
import { countParameters, loadModelConfig } from "@ft/model";
import { beforeAll, expect, test } from "vitest";
import { StageNeeds } from "./explain/needs.ts";
import { stageDefinitions } from "./stage-definitions.ts";

const GIB = 2 ** 30;
const root = resolve(import.meta.dirname, "../../..");

let definitions: Awaited<ReturnType<typeof stageDefinitions>>;
beforeAll(async () => {
  definitions = await stageDefinitions();
});

/** The needs of an experiment's stages that have any, by name. */
async function needsOf(name: string, memory: number): Promise<Map<string, Need>> {
  const experiment: Experiment = loadExperiment(resolve(root, "experiments", name, "experiment.json"));
  const needs = new StageNeeds(definitions, memory);
  const found = new Map<string, Need>();
  for (const [stage, one] of experiment.stages) {
    const { need, unknown } = await needs.of(one, experiment);
    expect(unknown).toBeUndefined();
    if (need) found.set(stage, need);
  }
  return found;
}

/** Counted from the published checkpoints, buffers left out. */
test.each([
  ["pythia-1.4b-deduped", 1_414_647_808],
  ["gpt-neo-2.7b", 2_651_307_520],
  ["opt-6.7b", 6_658_473_984],
])("%s has %i parameters", async (model, parameters) => {
  expect(countParameters(await loadModelConfig(resolve(root, "models", model)))).toBe(parameters);
});

/** Measured on two AVX-512 cores: seconds of an update of 32, and of both cores for an example attributed or in three evaluation runs. */
const UPDATE = 1.8;
const ATTRIBUTED = 0.5 / 2;
const EVALUATED = 0.25 / 2;
const LOADED = 30;

test("the paper's experiment on Pythia-1.4B fits 8 GiB and a night", async () => {
  const needs = await needsOf("pythia-1-4b-add-sub-100", 8 * GIB);
  expect([...needs.keys()]).toEqual([
    ...["train-probe", "attribute-probe", "evaluate-probe"],
    ...["lora-2", "lora-8", "budget", "circuit", "first-layers", "random"].map((plan) => `train-${plan}`),
  ]);
  for (const { memory } of needs.values()) expect(totalBytes(memory)).toBeLessThan(8 * GIB);
  const sum = (of: (need: Need) => number) =>
    [...needs.values()].reduce((total, need) => total + of(need), 0);
  // An update's floating-point operations, so that answers are counted at the same speed.
  const update = 690e9;
  const speed = update / UPDATE;
  const training = sum(({ flops }) => (flops.training ?? 0) + (flops.answering ?? 0)) / speed;
  const attribution = (sum(({ flops }) => flops.attribution ?? 0) / 69e9) * ATTRIBUTED;
  const evaluation = (sum(({ flops }) => flops.evaluation ?? 0) / 20e9) * EVALUATED;
  const hours = (training + attribution + evaluation + LOADED * sum(({ loads }) => loads)) / 3600;
  expect(hours).toBeLessThan(12);
  expect(hours).toBeGreaterThan(4);
});

test("full fine-tuning of Pythia-1.4B does not fit a laptop, the other methods do", async () => {
  const needs = await needsOf("pythia-1-4b-add-sub-100-others", 16 * GIB);
  const unfit = [...needs].filter(([, { memory }]) => totalBytes(memory) > 16 * GIB).map(([stage]) => stage);
  expect(unfit).toEqual(["train-full"]);
});
