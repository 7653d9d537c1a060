/** What training takes, measured on shapes alone, and the batches with which it fits into memory. */
import { type MemoryPart, memoryError, PROCESS_MEMORY, totalBytes } from "@ft/artifacts";
import { openShapes } from "@ft/backend";
import {
  type Adapter,
  createTrainable,
  describeAdapter,
  type ModelConfig,
  type SupervisedSequence,
  shapesAlone,
  trainableParameters,
} from "@ft/model";
import type { TrainConfig } from "./config.ts";
import { exactMatch, type Question, SCORING_BATCH } from "./exact-match.ts";
import type { Examples } from "./examples.ts";
import { accumulate, trainStep } from "./train-step.ts";

/** A value and its two moments, of which a parameter and its saved state consist. */
const STATE_BYTES = 3 * 4;

/** A norm so low that gradients, which are 0 on shapes alone, are clipped. */
const CLIPPING = 1e-12;

/** How many examples are computed at once. */
export interface TrainingBatches {
  /** Of an update. */
  micro: number;
  /** When splits are scored. */
  scoring: number;
}

/** What training an adapter takes. */
export interface TrainingWork {
  /** The parts of its peak. */
  memory: MemoryPart[];
  /** Floating-point operations of an update, and of scoring a question. */
  update: number;
  question: number;
}

/** The sequences and questions to measure with. */
export interface MeasuredExamples {
  /** Of one update. */
  sequences: readonly SupervisedSequence[];
  questions: readonly Question[];
}

/** Measures an update and a batch of questions, on shapes alone. */
export function trainingWork(
  config: ModelConfig,
  adapter: Adapter,
  { sequences, questions }: MeasuredExamples,
  { micro, scoring }: TrainingBatches,
): TrainingWork {
  const { ops, work, trainable } = trainableShapes(config, adapter);
  const trained = STATE_BYTES * trainableParameters(config, adapter);
  const held = work.heldBytes;
  work.restart();
  trainStep(ops, trainable, sequences, micro, { learningRate: 1, step: 1, clipNorm: CLIPPING });
  const update = { flops: work.flops, bytes: work.peakBytes - held };
  work.restart();
  exactMatch(ops, trainable.decoder(), questions, scoring);
  const scored = { flops: work.flops, bytes: work.peakBytes - held };
  return {
    memory: [
      { what: "frozen weights", bytes: held - trained },
      { what: "trained parameters with AdamW's moments", bytes: trained },
      // The state is read back and written while nothing is computed.
      {
        what: "activations and gradients, or a saved state",
        bytes: Math.max(update.bytes, scored.bytes, trained),
      },
      PROCESS_MEMORY,
    ],
    update: update.flops,
    question: scored.flops / Math.max(1, questions.length),
  };
}

/** A model for training on shapes alone. */
function trainableShapes(config: ModelConfig, adapter: Adapter) {
  const { ops, work } = openShapes();
  const none = new Float32Array(0);
  const empty = { value: none, firstMoment: none, secondMoment: none };
  const model = { config, weights: shapesAlone(config) };
  return { ops, work, trainable: createTrainable(ops, model, adapter, 0, { get: () => empty }) };
}

/** The largest of the batches that a configuration asks for, and the number of examples that may be in them. */
export interface WantedBatches extends Pick<TrainConfig, "batch" | "microBatch"> {}

/** The batches to train an adapter with. */
export interface Fit {
  batches: TrainingBatches;
  /** Whether what they take is within the budget. */
  fits: boolean;
  memory: MemoryPart[];
}

/**
 * The batches wanted if they fit, otherwise the first half, quarter and so on of both that does. If none fits: those that take the
 * least, which need not be the smallest, since micro-batches hold several copies of the gradients.
 *
 * @param budget bytes
 */
export function fitAdapter(
  config: ModelConfig,
  adapter: Adapter,
  examples: Examples,
  { batch, wanted }: { batch: number; wanted: TrainingBatches },
  budget: number,
): Fit {
  let least: Fit | undefined;
  for (let batches = wanted; ; batches = { micro: half(batches.micro), scoring: half(batches.scoring) }) {
    const { memory } = trainingWork(config, adapter, longestExamples(examples, batch, batches), batches);
    const bytes = totalBytes(memory);
    if (bytes <= budget) return { batches, fits: true, memory };
    if (!least || bytes < totalBytes(least.memory)) least = { batches, fits: false, memory };
    if (batches.micro === 1 && batches.scoring === 1) return least;
  }
}

/** The batches that a configuration asks for. */
export function wantedBatches({ batch, microBatch = batch }: WantedBatches): TrainingBatches {
  return { micro: microBatch, scoring: SCORING_BATCH };
}

/**
 * The largest batches with which every adapter can be trained, see {@link fitAdapter}.
 *
 * @param budget bytes
 * @throws UserError if there are none
 */
export function fitTraining(
  config: ModelConfig,
  adapters: readonly Adapter[],
  examples: Examples,
  asked: WantedBatches,
  budget: number,
): TrainingBatches {
  return largestOf(config, adapters).reduce((wanted, adapter) => {
    const { batches, fits, memory } = fitAdapter(
      config,
      adapter,
      examples,
      { batch: asked.batch, wanted },
      budget,
    );
    if (fits) return batches;
    throw memoryError(memory, budget, {
      what: "training",
      place: describeAdapter(adapter),
      remedies: remediesFor(adapter),
    });
  }, wantedBatches(asked));
}

/** What the gradient of every weight takes. */
export function gradientsWork(
  config: ModelConfig,
  sequences: readonly SupervisedSequence[],
  batch: number,
): Pick<TrainingWork, "memory" | "update"> {
  const { ops, work, trainable } = trainableShapes(config, { kind: "full", modules: [] });
  const held = work.heldBytes;
  work.restart();
  accumulate(ops, trainable, longest(sequences, 2 * batch), batch);
  const memory = [
    { what: "weights with AdamW's moments", bytes: held },
    { what: "activations and gradients", bytes: work.peakBytes - held },
    PROCESS_MEMORY,
  ];
  return { memory, update: work.flops };
}

/**
 * The batch asked for, or the first half, quarter and so on of it with which the gradient of every weight fits.
 * @throws UserError if single examples do not fit
 */
export function fitGradients(
  config: ModelConfig,
  sequences: readonly SupervisedSequence[],
  asked: number,
  budget: number,
): number {
  for (let batch = asked; ; batch = half(batch)) {
    const { memory } = gradientsWork(config, sequences, batch);
    if (totalBytes(memory) <= budget) return batch;
    if (batch === 1)
      throw memoryError(memory, budget, { what: "the gradient of every weight", remedies: [] });
  }
}

/** The batches if they are smaller than those asked for. */
export function reducedBatches(
  batches: TrainingBatches,
  { batch, microBatch = batch }: WantedBatches,
): TrainingBatches | undefined {
  return batches.micro < microBatch || batches.scoring < SCORING_BATCH ? batches : undefined;
}

/** Reduced batches, for people. */
export function describeBatches({ micro, scoring }: TrainingBatches): string {
  return `memory is limited: ${micro} examples of an update are computed at once, and ${scoring} questions when splits are scored`;
}

function half(batch: number): number {
  return Math.ceil(batch / 2);
}

/** What to do if an adapter cannot be trained, besides giving it more memory. */
export function remediesFor({ kind }: Adapter): string[] {
  return kind === "full" ? ["train an adapter, such as LoRA, in place of every weight"] : [];
}

/** Of each kind the adapter that trains the most parameters. */
function largestOf(config: ModelConfig, adapters: readonly Adapter[]): Adapter[] {
  const largest = new Map<string, { adapter: Adapter; parameters: number }>();
  for (const adapter of adapters) {
    const parameters = trainableParameters(config, adapter);
    if (parameters > (largest.get(adapter.kind)?.parameters ?? -1))
      largest.set(adapter.kind, { adapter, parameters });
  }
  return [...largest.values()].map(({ adapter }) => adapter);
}

/** The examples that take the most memory: the longest, as many as decide the peak. */
function longestExamples(
  { train, circuit, validation, test }: Examples,
  batch: number,
  { micro, scoring }: TrainingBatches,
): MeasuredExamples {
  // Of several micro-batches two show that the first one's gradients are held beside the second one's.
  const sequences = longest(train, Math.min(batch, 2 * micro));
  return { sequences, questions: longest([...circuit, ...validation, ...test], scoring) };
}

function longest<T extends { tokens: ArrayLike<number> }>(all: readonly T[], count: number): T[] {
  return [...all].sort((a, b) => b.tokens.length - a.tokens.length).slice(0, count);
}
