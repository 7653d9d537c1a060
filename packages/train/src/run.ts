/** The train stage: a dataset, plans and a base model -> checkpoints, metrics, answers, learning rates, order, speed. */
import {
  answersSchema,
  type CheckpointRow,
  checkpointsSchema,
  formatInteger,
  kindsSchema,
  type LearningRateRow,
  learningRatesSchema,
  memoryBudget,
  metricsSchema,
  orderSchema,
  partFolder,
  type RunKey,
  type StageContext,
  speedSchema,
  withBatches,
  writeTable,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import {
  adapterSchedule,
  countParameters,
  loadModel,
  openTokenizer,
  type Plan,
  type PlannedRun,
  planRuns,
  readPlans,
  tensorRows,
} from "@ft/model";
import {
  byAdapter,
  chooseLearningRate,
  describeChoice,
  givenRate,
  readRates,
  selectingRuns,
  selectionSeeds,
} from "./choose-learning-rate.ts";
import type { TrainConfig } from "./config.ts";
import { readExamples } from "./examples.ts";
import { type FinishedRun, fineTune, readCheckpoint, type StageSetup } from "./fine-tune.ts";
import { describeBatches, fitTraining, reducedBatches } from "./fit-memory.ts";
import { drawnOrder, givenOrder, orderRows, readOrder } from "./order.ts";
import { probeUpdates } from "./probe-updates.ts";
import { runLength, shortWarmUp } from "./schedule.ts";
import { describeSharedStarts, openStart } from "./start.ts";

/**
 * Trains every draw of every plan with every seed that it has rows for; with the input `probe`, for as many more updates
 * as finding its circuits took. A learning rate is chosen once per kind, settings and ranks of adapters, or is what
 * the input `rates` has for them. Runs begin with the initial values of their kinds, or at checkpoints of the input `start`;
 * the order of examples is drawn from their seeds, or is that of a table. Each run keeps its state in a folder of the stage's
 * work, so an interrupted stage resumes where it was, and a new seed or plan trains only its own runs. If the batches asked for
 * do not fit into memory, smaller ones are computed, whose results differ by rounding; the manifest's configuration then has them.
 *
 * @throws UserError if no batch fits into memory
 */
export async function run(context: StageContext<TrainConfig>): Promise<void> {
  const { config: asked, inputs, output, progress } = context;
  const model = await loadModel(context.model);
  const plans = readPlans(inputs.plan ?? [], model.config);
  const planned = planRuns(plans, asked.seeds);
  const { tokenizer } = await openTokenizer(context.model);
  const examples = readExamples(inputs.data ?? [], model.config, asked, tokenizer.bos, context.seed);
  const adapters = planned.map(({ adapter }) => adapter);
  const batches = fitTraining(model.config, adapters, examples, asked, memoryBudget());
  const reduced = reducedBatches(batches, asked);
  if (reduced) progress.note(describeBatches(reduced));
  const config: TrainConfig = { ...asked, ...(reduced && { microBatch: reduced.micro }) };
  const probed = inputs.probe ?? [];
  const cost = { examples: examples.circuit.length, steps: config.probeSteps, batch: config.batch };
  const extra = probeUpdates(probed, cost);
  if (probed.length > 0)
    progress.note(`${formatInteger(extra)} updates are added to every run, the compute of the probe`);
  const length = runLength(examples.train.length, config, extra);
  const short = shortWarmUp(config.warmUp, length);
  if (short) progress.note(short);
  for (const { adapter } of planned) adapterSchedule(adapter, length.schedule); // before anything is trained
  const rateOf = inputs.rates && readRates(inputs.rates);
  if (rateOf) for (const adapter of byAdapter(planned).keys()) rateOf(adapter);
  const table = await readOrder(context);
  const { batch } = config;
  const seeds = seedsOfRuns(config, rateOf !== undefined);
  const limits = { batch, seeds, updates: length.updates, dataset: inputs.data![0]! };
  const order = table ? givenOrder(table, examples, limits) : drawnOrder(examples, batch, length);
  const startOf = openStart(context, model);
  for (const note of describeSharedStarts(planned.flatMap((run) => startOf?.(run) ?? [])))
    progress.note(note);
  const ops = await openBackend({ mute: true, modelParameters: countParameters(model.config) });
  const inputsRead = {
    ...context.provenance.inputs,
    ...(config.order && { [`files/${config.order}`]: table!.hash }),
  };
  const provenance = {
    ...withBatches(context.provenance, reduced),
    inputs: inputsRead,
    backend: ops.info,
  };
  const stage: StageSetup = {
    ops,
    model,
    examples,
    config,
    scoringBatch: reduced?.scoring,
    length,
    order,
    progress,
  };

  const trainIn = (own: StageSetup) => (run: PlannedRun, learningRate: number) => {
    const start = startOf?.(run);
    const given = { start: start?.identity, order: table?.hash };
    const folder = runFolder(context, own, { ...run, learningRate, ...given });
    return fineTune(own, { ...run, learningRate, start, folder });
  };
  const train = trainIn(stage);
  const tryRate = trainIn({ ...stage, config: { ...config, checkpoints: "last" } });

  const rates: LearningRateRow[] = [];
  const finished = new Map<PlannedRun, FinishedRun>();
  for (const [adapter, own] of byAdapter(planned)) {
    const given = rateOf ? [rateOf(adapter)] : config.learningRates;
    let [rate] = given as [number];
    if (given.length > 1) {
      const selecting = selectingRuns(adapter, plans, selectionSeeds(config));
      const choice = await chooseLearningRate(adapter, selecting, given, tryRate);
      rates.push(...choice.rows);
      rate = choice.chosen;
      progress.note(describeChoice(adapter, choice));
    }
    for (const run of own) finished.set(run, await train(run, rate));
    if (given.length === 1) rates.push(givenRate(adapter, finished.get(own[0]!)!));
  }
  const runs = planned.map((run) => finished.get(run)!);
  await writeTable(output, checkpointsSchema, checkpointRows(runs), provenance);
  await writeTable(
    output,
    metricsSchema,
    runs.flatMap(({ log }) => log.metrics),
    provenance,
  );
  await writeTable(
    output,
    kindsSchema,
    runs.flatMap(({ log }) => log.kinds),
    provenance,
  );
  await writeTable(
    output,
    answersSchema,
    runs.flatMap(({ log }) => log.answers),
    provenance,
  );
  await writeTable(output, learningRatesSchema, inOrderOf(plans, rates), provenance);
  await writeTable(output, orderSchema, orderRows(order, examples, config.seeds), provenance);
  await writeTable(
    output,
    speedSchema,
    runs.flatMap(({ log }) => log.speed),
    provenance,
  );
}

/** The seeds of the plans' runs, and of those that compare rates. */
function seedsOfRuns(config: TrainConfig, ratesAreGiven: boolean): number[] {
  const comparesRates = !ratesAreGiven && config.learningRates.length > 1;
  return [...config.seeds, ...(comparesRates ? selectionSeeds(config) : [])];
}

/** Rows by plan and draw, in the order of the plans. */
function inOrderOf<Row extends RunKey>(plans: readonly Plan[], rows: readonly Row[]): Row[] {
  return plans.flatMap(({ name, draw }) => rows.filter((row) => row.plan === name && row.draw === draw));
}

/** The folder of a run, by all that decides its result: equal runs are trained once. */
function runFolder(
  context: StageContext<TrainConfig>,
  { ops, config, scoringBatch, length }: StageSetup,
  { start, order, ...run }: PlannedRun & { learningRate: number; start: unknown; order: string | undefined },
): string {
  const { seeds: _, learningRates: __, selectionSeeds: ___, probeSteps: ____, ...rest } = config;
  const { startStep: _____, order: ______, ...settings } = rest; // known by what they name
  return partFolder(context, {
    backend: ops.info,
    roles: ["data"],
    of: { ...run, start, order, length, settings, ...(scoringBatch && { scoringBatch }) },
  });
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
