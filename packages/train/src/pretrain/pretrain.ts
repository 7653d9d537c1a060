/** Pretrains the base model: both phases, every token supervised, from wherever it was interrupted. */
import { join } from "node:path";
import { setImmediate as letSignalsIn } from "node:timers/promises";
import { canonicalJson, hashOf, type Progress, seededRandom } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import {
  createTrainable,
  type Model,
  type ModelConfig,
  readParameters,
  type SupervisedSequence,
  type Tokenizer,
} from "@ft/model";
import { learningRateAt } from "../schedule.ts";
import { trainStep } from "../train-step.ts";
import { loadTrainingState, saveTrainingState } from "../training-state.ts";
import { documents, type Mixture, sampleDocuments } from "./mixture.ts";
import { OPTIMIZER, type Phase, ROW_LENGTH, ROWS, SEED } from "./recipe.ts";

export interface PretrainOptions {
  ops: Ops;
  tokenizer: Pick<Tokenizer, "encode" | "bos">;
  /** Folder of the phases' states. */
  work: string;
  progress: Progress;
  /** Updates between two states that an interrupted run can resume from; a multiple of logEvery. @default 250 */
  saveEvery?: number;
  /** Updates between two reports of the loss. @default 50 */
  logEvery?: number;
}

/** The log of a phase. */
interface Notes {
  /** Mean loss of every logEvery updates, in nats per token. */
  losses: number[];
}

export interface Pretrained {
  model: Model;
  /** Mean loss of the last updates of each phase, in nats per token. */
  finalLosses: number[];
}

/** Trains the initial model through all phases. */
export async function pretrain(
  initial: Model,
  phases: readonly Phase[],
  options: PretrainOptions,
): Promise<Pretrained> {
  let model = initial;
  const finalLosses: number[] = [];
  const folders = phaseKeys(initial.config, phases, options.tokenizer).map((key) => join(options.work, key));
  for (const [i, phase] of phases.entries()) {
    const { weights, losses } = await runPhase(model, phase, folders[i]!, options);
    model = { ...model, weights };
    finalLosses.push(losses.at(-1)!);
  }
  return { model, finalLosses };
}

async function runPhase(
  model: Model,
  phase: Phase,
  folder: string,
  { ops, tokenizer, progress, saveEvery = 250, logEvery = 50 }: PretrainOptions,
) {
  const saved = loadTrainingState<Notes>(folder);
  const trainable = createTrainable(ops, model, { kind: "full", modules: [] }, SEED, saved?.parameters);
  const losses = saved?.notes.losses ?? [];
  let sum = 0;
  progress.start(phase.updates, `pretrain: ${phase.name}`, "updates");
  progress.advance(saved?.step ?? 0);
  try {
    for (let step = (saved?.step ?? 0) + 1; step <= phase.updates; step++) {
      const rows = rowsOfStep(phase.mixture, tokenizer, {
        seed: SEED,
        phase: phase.name,
        step,
        rows: ROWS,
        length: ROW_LENGTH,
      });
      const learningRate = learningRateAt(phase.schedule, step);
      sum += trainStep(ops, trainable, rows, ROWS, { ...OPTIMIZER, learningRate, step }).loss;
      progress.advance(1);
      if (step % logEvery === 0) {
        losses.push(sum / logEvery);
        sum = 0;
        progress.note(`loss ${losses.at(-1)!.toFixed(4)}`);
      }
      if (step % saveEvery === 0 || step === phase.updates) {
        saveTrainingState<Notes>(folder, ops, trainable.parameters, { step, notes: { losses } });
      }
      await letSignalsIn();
    }
    return { weights: readParameters(ops, trainable), losses };
  } finally {
    progress.stop();
    trainable.dispose();
  }
}

export interface RowOptions {
  seed: number;
  /** The phase's name, part of the seed of its documents. */
  phase: string;
  /** Number of the update, from 1. */
  step: number;
  /** Rows per update. */
  rows: number;
  /** Tokens read per row; the loss is on each one's successor. */
  length: number;
}

/**
 * The rows of one update. Each starts a document, continues with others, a BOS token before each, and is cut at its end,
 * in the middle of one. They depend only on the seed, phase and step: training can resume from any step.
 */
export function rowsOfStep(
  mixture: Mixture,
  tokenizer: Pick<Tokenizer, "encode" | "bos">,
  { seed, phase, step, rows, length }: RowOptions,
): SupervisedSequence[] {
  const stream = documents(mixture, seededRandom(seed, `${phase}, update ${step}`));
  return Array.from({ length: rows }, () => {
    const tokens: number[] = [];
    while (tokens.length <= length) tokens.push(tokenizer.bos, ...tokenizer.encode(stream.next().value));
    const targets = Array.from({ length }, (_, position) => ({ position, token: tokens[position + 1]! }));
    return { tokens: tokens.slice(0, length), targets };
  });
}

/** Documents of a phase in its key: enough to include every template of every kind. */
const SAMPLE = 2_000;

/**
 * A key for each phase that changes with the model's dimensions, the optimiser, the tokenizer, the phase's schedule and
 * a sample of its documents, and the keys of the phases before it: interrupted pretraining resumes only with
 * the same recipe, and changing a phase keeps those before it. A phase's number of updates is not in
 * its key, so it can be raised after an interruption.
 */
export function phaseKeys(
  config: ModelConfig,
  phases: readonly Phase[],
  tokenizer: Pick<Tokenizer, "encode">,
): string[] {
  let before = hashOf(canonicalJson({ config, optimizer: OPTIMIZER, rows: [ROWS, ROW_LENGTH], seed: SEED }));
  return phases.map(({ name, mixture, schedule, updates }) => {
    const texts = sampleDocuments(mixture, SEED, SAMPLE);
    const tokens = texts.map((text) => Array.from(tokenizer.encode(text)));
    const key = hashOf(canonicalJson({ before, name, schedule, tokens }));
    before = hashOf(`${key} ${updates}`);
    return `${name}-${key.slice(0, 16)}`;
  });
}
