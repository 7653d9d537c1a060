/** The train stage: a dataset, plans and a base model -> checkpoints, metrics, learning rates, speed. */
import { join } from "node:path";
import {
  type CheckpointRow,
  checkpointsSchema,
  type LearningRateRow,
  learningRatesSchema,
  mark,
  metricsSchema,
  type StageContext,
  speedSchema,
  writeTable,
} from "@ft/artifacts";
import { type BackendInfo, openBackend } from "@ft/backend";
import { countParameters, loadModel, openTokenizer, type Plan, readPlans, tensorRows } from "@ft/model";
import { chooseLearningRate } from "./choose-learning-rate.ts";
import type { TrainConfig } from "./config.ts";
import { readExamples } from "./examples.ts";
import { type FinishedRun, fineTune, readCheckpoint, type StageSetup } from "./fine-tune.ts";

/**
 * Trains every plan with every seed. The learning rate is chosen for each plan with one seed, and all of its runs have
 * it. Each run keeps its state in the work folder, so that a stage that was cut off goes on where it was.
 */
export async function run(context: StageContext<TrainConfig>): Promise<void> {
  const { config, inputs, output, progress } = context;
  mark("model");
  const model = await loadModel(context.model);
  mark("inputs");
  const plans = readPlans(inputs.plan ?? [], model.config);
  for (const plan of plans) for (const seed of config.seeds) plan.adapter(seed);
  mark("model");
  const { tokenizer } = await openTokenizer(context.model);
  mark("inputs");
  const examples = readExamples(inputs.data ?? [], model.config, config, tokenizer.bos);
  mark("backend");
  const ops = await openBackend({ mute: true, modelParameters: countParameters(model.config) });
  mark("work");
  const provenance = { ...context.provenance, backend: ops.info };
  const stage: StageSetup = { ops, model, examples, config, progress };

  const rates: LearningRateRow[] = [];
  const runs: FinishedRun[] = [];
  for (const plan of plans) {
    const trained = await trainPlan(stage, plan, join(context.work, backendKey(ops.info)));
    rates.push(...trained.rates);
    runs.push(...trained.runs);
  }
  mark("outputs");
  await writeTable(output, checkpointsSchema, checkpointRows(runs), provenance);
  await writeTable(
    output,
    metricsSchema,
    runs.flatMap(({ log }) => log.metrics),
    provenance,
  );
  await writeTable(output, learningRatesSchema, rates, provenance);
  await writeTable(
    output,
    speedSchema,
    runs.flatMap(({ log }) => log.speed),
    provenance,
  );
}

/** Names a backend in the work folder: another one rounds differently, so it starts anew. */
function backendKey({ name, device, threads }: BackendInfo): string {
  return `${name}, ${device}, ${threads} threads`;
}

/** All runs of a plan: those that choose its rate, then one a seed; a run that served the choice is not repeated. */
async function trainPlan(
  stage: StageSetup,
  plan: Plan,
  work: string,
): Promise<{ rates: LearningRateRow[]; runs: FinishedRun[] }> {
  const { seeds, learningRates, selectionSeed = seeds[0]! } = stage.config;
  const train = (seed: number, learningRate: number) =>
    fineTune(stage, {
      run: plan.name,
      adapter: plan.adapter(seed),
      seed,
      learningRate,
      folder: join(work, `${plan.name}, seed ${seed}, rate ${learningRate}`),
    });
  const { chosen, rows } = await chooseLearningRate(plan.name, selectionSeed, learningRates, (rate) =>
    train(selectionSeed, rate),
  );
  if (learningRates.length > 1) stage.progress.note(`${plan.name}: chose learning rate ${chosen}`);
  const runs: FinishedRun[] = [];
  for (const seed of seeds) runs.push(await train(seed, chosen));
  return { rates: rows, runs };
}

/** The rows of all checkpoints, one checkpoint in memory at a time. */
function* checkpointRows(runs: readonly FinishedRun[]): Generator<CheckpointRow> {
  for (const finished of runs) {
    const { run, seed } = finished.setup;
    for (const step of finished.checkpoints) {
      for (const row of tensorRows(readCheckpoint(finished, step))) yield { run, seed, step, ...row };
    }
  }
}
