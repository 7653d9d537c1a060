/** One run: a plan trained under a seed with a learning rate, from the start or from where it was interrupted. */
import { join } from "node:path";
import { setImmediate as letSignalsIn } from "node:timers/promises";
import { describeRun, type Progress, type RunKey, UserError } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import {
  type Adapter,
  adapterSchedule,
  createTrainable,
  type Model,
  readParameters,
  type Trainable,
  type Weights,
} from "@ft/model";
import type { TrainConfig } from "./config.ts";
import { exactMatch, type Question, type ScoreByKind } from "./exact-match.ts";
import type { Examples } from "./examples.ts";
import type { Order } from "./order.ts";
import { countUpdate, logRow, type RunLog, type Scores, startLog, type UpdateReport } from "./run-log.ts";
import { checkpointSteps, learningRateAt, type RunLength, updatesPerEpoch } from "./schedule.ts";
import { readScratch, writeScratch } from "./scratch-file.ts";
import type { Start } from "./start.ts";
import { trainStep } from "./train-step.ts";
import { loadTrainingState, saveTrainingState, type TrainingState } from "./training-state.ts";

/** The part of a run's setup that all runs of a stage share. */
export interface StageSetup {
  ops: Ops;
  model: Model;
  examples: Examples;
  config: TrainConfig;
  /** Questions scored in one pass. @default exactMatch's */
  scoringBatch?: number | undefined;
  length: RunLength;
  order: Order;
  progress: Progress;
}

export interface RunSetup extends RunKey {
  adapter: Adapter;
  /** The peak rate. */
  learningRate: number;
  /** @default the initial values of the adapter's kind, by the seed */
  start?: Start | undefined;
  /** Keeps the run's state and checkpoints. */
  folder: string;
}

export interface FinishedRun {
  setup: RunSetup;
  log: RunLog;
  /** The steps whose tensors were kept, see {@link readCheckpoint}. */
  checkpoints: number[];
}

/** Training diverged: the loss is no longer a finite number. */
export class DivergedError extends UserError {}

/**
 * Trains a run to its end. An interrupted run resumes from the last state in its folder and ends with the bytes of an
 * uninterrupted one; a finished run is returned as it is.
 *
 * @throws DivergedError if the loss becomes infinite or NaN
 */
export async function fineTune(stage: StageSetup, setup: RunSetup): Promise<FinishedRun> {
  const { ops, model, examples, config, scoringBatch, length, order, progress } = stage;
  const { adapter, seed, learningRate, start, folder } = setup;
  const { batch, microBatch, weightDecay, clipNorm } = config;
  const perEpoch = updatesPerEpoch(examples.train.length, batch);
  const { updates } = length;
  const schedule = { peak: learningRate, warmUp: config.warmUp, length: length.schedule };
  const checkpoints = checkpointSteps(config.checkpoints, updates);

  const saved = loadRun(folder, checkpoints);
  const log = saved?.notes ?? startLog(setup);
  const finished = { setup, log, checkpoints };
  if (saved?.step === updates) return finished;

  const kindSchedule = adapterSchedule(adapter, length.schedule, saved?.schedule);
  const trainable = createTrainable(ops, model, adapter, seed, saved?.parameters ?? valuesOf(start));
  const record = (report: UpdateReport) => {
    const { step } = report;
    countUpdate(log, report);
    checkFinite(setup, report);
    if (checkpoints.includes(step)) {
      const scores = scoreSplits(ops, trainable, examples, scoringBatch);
      for (const { loss } of Object.values(scores)) checkFinite(setup, { step, loss });
      logRow(log, report, scores);
      progress.note(describe(setup, log));
      writeScratch(checkpointFile(folder, step), { notes: null, tensors: readParameters(ops, trainable) });
    } else if (step % config.logEvery === 0) logRow(log, report);
    if (checkpoints.includes(step) || step % config.saveEvery === 0) {
      // A finished run needs no parameters: its checkpoints have them.
      saveTrainingState(folder, ops, step < updates ? trainable.parameters : new Map(), {
        step,
        notes: log,
        schedule: kindSchedule?.state(),
      });
    }
  };

  progress.start(updates, `training ${describeRun(setup)}, rate ${learningRate}`, "updates");
  progress.advance(saved?.step ?? 0);
  try {
    let step = saved?.step ?? 0;
    for (const indices of order(seed, step)) {
      const sequences = indices.map((example) => examples.train[example]!);
      if (!saved && step === 0 && checkpoints.includes(0)) {
        const untrained = trainStep(ops, trainable, sequences, microBatch);
        record({ ...untrained, step, epoch: 0, learningRate: 0 });
      }
      step++;
      const rate = learningRateAt(schedule, step);
      const options = { learningRate: rate, step, weightDecay, clipNorm, schedule: kindSchedule };
      const measures = trainStep(ops, trainable, sequences, microBatch, options);
      record({ ...measures, step, epoch: step / perEpoch, learningRate: rate });
      progress.advance(1);
      await letSignalsIn();
    }
  } finally {
    progress.stop();
    trainable.dispose();
  }
  return finished;
}

/** The tensors of a start, as those of a state without moments. */
function valuesOf(start: Start | undefined): Map<string, { value: Float32Array }> | undefined {
  return start && new Map([...start.read()].map(([name, { data }]) => [name, { value: data }]));
}

/** The trained tensors of a finished run at one of its checkpoints. */
export function readCheckpoint({ setup: { folder } }: FinishedRun, step: number): Weights {
  const checkpoint = readScratch<null>(checkpointFile(folder, step));
  if (checkpoint) return checkpoint.tensors;
  throw new UserError("a checkpoint was damaged while the stage ran", {
    file: checkpointFile(folder, step),
    remedy: "run the stage again",
  });
}

/** The state that a run resumes from; undefined if a checkpoint before it is missing or damaged. */
function loadRun(folder: string, checkpoints: readonly number[]): TrainingState<RunLog> | undefined {
  const saved = loadTrainingState<RunLog>(folder);
  if (!saved) return undefined;
  const taken = checkpoints.filter((step) => step <= saved.step);
  return taken.every((step) => readScratch(checkpointFile(folder, step))) ? saved : undefined;
}

function scoreSplits(
  ops: Ops,
  trainable: Trainable,
  { circuit, validation, test }: Examples,
  batch?: number,
): Scores<ScoreByKind> {
  return ops.scope(() => {
    const decoder = trainable.decoder();
    const score = (questions: readonly Question[]) => exactMatch(ops, decoder, questions, batch);
    return {
      ...(circuit.length > 0 && { circuit: score(circuit) }),
      ...(validation.length > 0 && { validation: score(validation) }),
      ...(test.length > 0 && { test: score(test) }),
    };
  });
}

function checkFinite(setup: RunSetup, { step, loss }: { step: number; loss: number }): void {
  if (Number.isFinite(loss)) return;
  throw new DivergedError(`training ${describeRun(setup)} diverged: the loss is ${loss} at update ${step}`, {
    place: "learningRates",
    value: setup.learningRate,
    remedy: "try smaller rates, or a longer warm-up",
  });
}

function describe(setup: RunSetup, { metrics }: RunLog): string {
  const { step, loss, learningRate, circuitAccuracy } = metrics.at(-1)!;
  const heldOut =
    circuitAccuracy === null ? "" : `, held-out exact match ${(100 * circuitAccuracy).toFixed(1)}%`;
  const rate = Number(learningRate.toPrecision(3));
  return `${describeRun(setup)}, update ${step}: loss ${loss.toFixed(3)}, rate ${rate}${heldOut}`;
}

function checkpointFile(folder: string, step: number): string {
  return join(folder, `checkpoint-${step}.arrow`);
}
