/** The experiments on the paper's models, whose weights are not here: their shapes, and what they take. */
import { resolve } from "node:path";
import {
  type Expected,
  type Experiment,
  isSameRun,
  loadExperiment,
  type Need,
  totalBytes,
} from "@ft/artifacts";
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

/** By stage: the needs of those that have any, and what all are expected to write. */
async function needsOf(name: string, memory: number) {
  const experiment: Experiment = loadExperiment(resolve(root, "experiments", name, "experiment.json"));
  const needs = new StageNeeds(definitions, memory);
  const found = { needs: new Map<string, Need>(), expected: new Map<string, Expected>() };
  for (const [stage, one] of experiment.stages) {
    const { need, unknown, expected } = await needs.of(one, experiment);
    expect(unknown).toBeUndefined();
    if (need) found.needs.set(stage, need);
    found.expected.set(stage, expected);
  }
  return found;
}

/** Pythia's is the base of the paper's ratios of trained parameters; the others pin the shapes in models/. */
test.each([
  ["pythia-1.4b-deduped", 1_414_647_808],
  ["gpt-neo-2.7b", 2_651_307_520],
  ["opt-6.7b", 6_658_473_984],
])("%s has %i parameters", async (model, parameters) => {
  expect(countParameters(await loadModelConfig(resolve(root, "models", model)))).toBe(parameters);
});

/**
 * Rates that were given for two AVX-512 cores and have not been reproduced since (docs/real-models.md): seconds of an update of 32, of
 * an example attributed, of one in three evaluation runs, and of reading the model.
 */
const GIVEN = { update: 1.8, attributed: 0.5 / 2, evaluated: 0.25, loaded: 30 };

test("the paper's experiment on Pythia-1.4B fits 8 GiB and, at the rates that were given for it, 12 hours", async () => {
  const { needs, expected } = await needsOf("pythia-1-4b-add-sub-100", 8 * GIB);
  expect([...needs.keys()]).toEqual([
    ...["train-probe", "attribute-probe", "evaluate-probe"],
    ...["lora-2", "lora-8", "budget", "circuit", "first-layers", "random"].map((plan) => `train-${plan}`),
  ]);
  for (const { memory } of needs.values()) expect(totalBytes(memory)).toBeLessThan(8 * GIB);
  const sum = (of: (need: Need) => number) =>
    [...needs.values()].reduce((total, need) => total + of(need), 0);
  // Every run's last checkpoint is as many updates in.
  const runs = [...expected.values()].flatMap(({ checkpoints = [] }) =>
    checkpoints.filter((key) => !checkpoints.some((other) => isSameRun(other, key) && other.step > key.step)),
  );
  const updates = runs.reduce((total, { step }) => total + step, 0);
  expect([runs.length, updates]).toEqual([31, 31 * 266]);
  const { circuit } = expected.get("data")!.dataset!.counts;
  const attributed = circuit * expected.get("attribute-probe")!.scores!.length;
  // The whole model on both prompts at each checkpoint, and every circuit.
  const evaluations = 2 * 11 + expected.get("circuits-probe")!.circuits!.length;
  // Nothing was given for answers: they count as the updates with as much arithmetic.
  const answers =
    (sum(({ flops }) => flops.answering ?? 0) / sum(({ flops }) => flops.training ?? 0)) * updates;
  const seconds =
    GIVEN.update * (updates + answers) +
    GIVEN.attributed * attributed +
    GIVEN.evaluated * ((evaluations * circuit) / 3) +
    GIVEN.loaded * sum(({ loads }) => loads);
  expect(seconds / 3600).toBeLessThan(12);
  expect(seconds / 3600).toBeGreaterThan(4);
});

test("full fine-tuning of Pythia-1.4B does not fit a laptop, the other methods do", async () => {
  const { needs } = await needsOf("pythia-1-4b-add-sub-100-others", 16 * GIB);
  const unfit = [...needs].filter(([, { memory }]) => totalBytes(memory) > 16 * GIB).map(([stage]) => stage);
  expect(unfit).toEqual(["train-full"]);
});
