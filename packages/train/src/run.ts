/** The train stage: a dataset, plans and a base model -> checkpoints, metrics, learning rates, speed. */
import { join } from "node:path";
import {
  backendFolder,
  type CheckpointRow,
  checkpointsSchema,
  describeRun,
  formatInteger,
  type LearningRateRow,
  learningRatesSchema,
  metricsSchema,
  type StageContext,
  speedSchema,
  writeTable,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import {
  adapterSchedule,
  countParameters,
  loadModel,
  openTokenizer,
  type PlannedRun,
  planRuns,
  readPlans,
  tensorRows,
} from "@ft/model";
import { chooseLearningRate } from "./choose-learning-rate.ts";
import type { TrainConfig } from "./config.ts";
import { readExamples } from "./examples.ts";
import { type FinishedRun, fineTune, readCheckpoint, type StageSetup } from "./fine-tune.ts";
import { probeUpdates } from "./probe-updates.ts";
import { runLength } from "./schedule.ts";

/**
 * Trains every draw of every plan with every seed that it has rows for; with the input `probe`, for as many more updates
 * as finding its circuits took. The learning rate is chosen once per plan, with one
 * seed. Each run keeps its state in the work folder, so an interrupted stage resumes where it was.
 */
export async function run(context: StageContext<TrainConfig>): Promise<void> {
  const { config, inputs, output, progress } = context;
  const model = await loadModel(context.model);
  const plans = readPlans(inputs.plan ?? [], model.config);
  const planned = planRuns(plans, config.seeds);
  const selecting = planRuns(plans, [config.selectionSeed ?? config.seeds[0]!]);
  const { tokenizer } = await openTokenizer(context.model);
  const examples = readExamples(inputs.data ?? [], model.config, config, tokenizer.bos, context.seed);
  const probed = inputs.probe ?? [];
  const cost = { examples: examples.circuit.length, steps: config.probeSteps, batch: config.batch };
  const extra = probeUpdates(probed, cost);
  if (probed.length > 0)
    progress.note(`${formatInteger(extra)} updates are added to every run, the compute of the probe`);
  const length = runLength(examples.train.length, config, extra);
  for (const { adapter } of planned) adapterSchedule(adapter, length.schedule); // before anything is trained
  const ops = await openBackend({ mute: true, modelParameters: countParameters(model.config) });
  const provenance = { ...context.provenance, backend: ops.info };
  const stage: StageSetup = { ops, model, examples, config, length, progress };

  const rates: LearningRateRow[] = [];
  const runs: FinishedRun[] = [];
  for (const name of new Set(plans.map((plan) => plan.name))) {
    const own = planned.filter(({ plan }) => plan === name);
    const selected = selecting.find(({ plan }) => plan === name)!;
    const trained = await trainPlan(stage, own, selected, backendFolder(context.work, ops.info));
    rates.push(...trained.rates);
    runs.push(...trained.runs);
  }
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

/** All runs of a plan: those that choose its rate, then one per draw and seed; a run of the choice is not repeated. */
async function trainPlan(
  stage: StageSetup,
  planned: readonly PlannedRun[],
  selected: PlannedRun,
  work: string,
): Promise<{ rates: LearningRateRow[]; runs: FinishedRun[] }> {
  const { learningRates } = stage.config;
  const train = (run: PlannedRun, learningRate: number) =>
    fineTune(stage, {
      ...run,
      learningRate,
      folder: join(work, `${describeRun(run)}, rate ${learningRate}`),
    });
  const { chosen, rows } = await chooseLearningRate(selected, learningRates, (rate) => train(selected, rate));
  if (learningRates.length > 1) stage.progress.note(`${selected.plan}: chose learning rate ${chosen}`);
  const runs: FinishedRun[] = [];
  for (const run of planned) runs.push(await train(run, chosen));
  return { rates: rows, runs };
}

/** The rows of all checkpoints, one checkpoint in memory at a time. */
function* checkpointRows(runs: readonly FinishedRun[]): Generator<CheckpointRow> {
  for (const finished of runs) {
    const { plan, draw, seed } = finished.setup;
    for (const step of finished.checkpoints) {
      for (const row of tensorRows(readCheckpoint(finished, step))) yield { plan, draw, seed, step, ...row };
    }
  }
}
