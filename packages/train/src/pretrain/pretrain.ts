/** Pretrains the base model: both phases, every token supervised, from any point it was stopped at. */
import { join } from "node:path";
import { setImmediate as letSignalsIn } from "node:timers/promises";
import type { Progress } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import { createTrainable, type Model, readParameters, type Tokenizer } from "@ft/model";
import { learningRateAt } from "../schedule.ts";
import { trainStep } from "../train-step.ts";
import { loadTrainingState, saveTrainingState } from "../training-state.ts";
import { phaseKeys } from "./phase-keys.ts";
import { OPTIMIZER, type Phase, ROW_LENGTH, ROWS, SEED } from "./recipe.ts";
import { rowsOfStep } from "./rows.ts";

export interface PretrainOptions {
  ops: Ops;
  tokenizer: Pick<Tokenizer, "encode" | "bos">;
  /** Where the phases' states are kept. */
  work: string;
  progress: Progress;
  /** Updates between two states that a stopped run can go on from; a multiple of logEvery. @default 250 */
  saveEvery?: number;
  /** Updates between two figures of the loss. @default 50 */
  logEvery?: number;
}

/** What a phase remembers of its past. */
interface Notes {
  /** Mean loss of every logEvery updates, in nats a token. */
  losses: number[];
}

export interface Pretrained {
  model: Model;
  /** Mean loss of the last updates of each phase, in nats a token. */
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
