/** What the stages of this package take, from what they are expected to read. */
import {
  type CheckpointKey,
  type EstimateContext,
  type Expected,
  expectedOf,
  type MemoryPart,
  type Need,
  type StageEstimate,
  splits,
  totalBytes,
  UserError,
} from "@ft/artifacts";
import { loadModelConfig, loadTokenizer, planRuns, plansOfRows } from "@ft/model";
import { byAdapter, selectionSeeds } from "./choose-learning-rate.ts";
import type { TrainConfig } from "./config.ts";
import { asSequence, SCORING_BATCH } from "./exact-match.ts";
import { type Examples, superviseQuestion, toQuestion } from "./examples.ts";
import {
  fitAdapter,
  fitGradients,
  gradientsWork,
  remediesFor,
  trainingWork,
  wantedBatches,
} from "./fit-memory.ts";
import type { GradientsConfig } from "./gradients.ts";
import { findingUpdates } from "./probe-updates.ts";
import { checkpointSteps, runLength } from "./schedule.ts";

/** Training, the answers to every other split at each checkpoint, and at most as many runs as trying rates may take. */
export async function estimateTraining(
  config: TrainConfig,
  context: EstimateContext,
): Promise<StageEstimate> {
  const model = await loadModelConfig(context.model);
  const { bos } = await loadTokenizer(context.tokenizer);
  const { sample, counts } = joined(expectedOf(context, "data", "dataset"));
  const rows = expectedOf(context, "plan", "plan").flat();
  const plans = plansOfRows(
    rows.map((row) => ({ ...row, file: "" })),
    model,
  );
  const runs = planRuns(plans, config.seeds);
  const cost = { examples: counts.circuit, steps: config.probeSteps, batch: config.batch };
  const probes = expectedOf(context, "probe", "circuits");
  const extra = Math.ceil(probes.reduce((sum, circuits) => sum + findingUpdates(circuits, cost), 0));
  const length = runLength(Math.ceil(config.dataShare * counts.train), config, extra);
  const steps = checkpointSteps(config.checkpoints, length.updates);
  const isChoice = config.learningRates.length > 1 && (context.inputs.rates ?? []).length === 0;
  const tries = isChoice ? config.learningRates.length * selectionSeeds(config).length : 0;

  const questions = sample.slice(0, SCORING_BATCH).map(toQuestion);
  const train = questions.map((question) => superviseQuestion(question, config, bos));
  const numbers = train.map((_, i) => i);
  const examples: Examples = { train, numbers, circuit: questions, validation: [], test: [] };
  const measured = { sequences: train.slice(0, config.batch), questions };
  const scored = splits.reduce((sum, split) => sum + (split === "train" ? 0 : counts[split]), 0);
  let memory: readonly MemoryPart[] = [];
  let remedies: readonly string[] = [];
  let [training, answering] = [0, 0];
  for (const own of byAdapter(runs).values()) {
    const [{ adapter }] = own as [(typeof own)[0]];
    const wanted = wantedBatches(config);
    const fit = fitAdapter(model, adapter, examples, { batch: config.batch, wanted }, context.memory);
    // What does not fit would be computed as asked for, with more memory.
    const work = trainingWork(model, adapter, measured, fit.fits ? fit.batches : wanted);
    training += (own.length + tries) * length.updates * work.update;
    answering += (own.length * steps.length + tries) * scored * work.question;
    if (totalBytes(fit.memory) <= totalBytes(memory)) continue;
    memory = fit.memory;
    remedies = remediesFor(adapter);
  }
  const checkpoints = runs.flatMap(({ plan, draw, seed }) =>
    steps.map((step): CheckpointKey => ({ plan, draw, seed, step })),
  );
  const loads = runs.length + tries * byAdapter(runs).size;
  const need: Need = { memory, flops: { training, answering }, loads, remedies };
  return { need, expected: { checkpoints } };
}

/** A forward and a backward pass of every prompt, through every weight. */
export async function estimateGradients(
  config: GradientsConfig,
  context: EstimateContext,
): Promise<StageEstimate> {
  const model = await loadModelConfig(context.model);
  const { sample, counts } = joined(expectedOf(context, "data", "dataset"));
  const sequences = sample.slice(0, SCORING_BATCH).map((row) => asSequence(toQuestion(row)));
  const batch = orSmallest(() => fitGradients(model, sequences, config.batch, context.memory), 1);
  const measured = sequences.slice(0, config.batch);
  const { memory } = gradientsWork(model, measured, batch);
  const { update } = gradientsWork(model, measured, config.batch);
  const prompts = Math.min(config.examples ?? Number.POSITIVE_INFINITY, counts[config.split]);
  const training = (prompts / measured.length) * update;
  return { need: { memory, flops: { training }, loads: 1 }, expected: {} };
}

/** Several datasets as one. */
function joined(datasets: readonly NonNullable<Expected["dataset"]>[]) {
  const counts = { train: 0, validation: 0, circuit: 0, test: 0 };
  for (const dataset of datasets) for (const split of splits) counts[split] += dataset.counts[split];
  return { sample: datasets.flatMap(({ sample }) => sample), counts };
}

/** Batches that fit or, if none do, the smallest. */
function orSmallest<Batches>(fit: () => Batches, smallest: Batches): Batches {
  try {
    return fit();
  } catch (error) {
    if (error instanceof UserError) return smallest;
    throw error;
  }
}
