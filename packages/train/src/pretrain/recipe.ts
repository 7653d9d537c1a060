/** The recipe of the base model: its dimensions, its optimiser and its two phases. */
import type { ModelConfig } from "@ft/model";
import type { LinearSchedule } from "../schedule.ts";
import { MIXTURES, type Mixture } from "./mixture.ts";

/** Seed of the initial weights and of every document. */
export const SEED = 1;
/** Seed of the documents that the tokenizer's words are collected from. */
export const VOCABULARY_SEED = 2;
/** Documents of each mixture that the tokenizer's words are collected from; far more than are needed to include every word. */
export const VOCABULARY_DOCUMENTS = 20_000;

/** 8 layers of 8 heads: 73 nodes and about 6,600 edges, enough for circuits to differ. */
export const SHAPE: Omit<ModelConfig, "vocabulary"> = {
  family: "gpt-neox",
  layers: 8,
  heads: 8,
  keyValueHeads: 8,
  headSize: 16,
  dModel: 128,
  dMlp: 512,
  maxPositions: 128,
  parallel: true,
  norm: "layer",
  activation: "gelu",
  rotaryDims: 8,
  rotaryBase: 10_000,
  layerNormEpsilon: 1e-5,
  initializerRange: 0.02,
};

/** Rows per update and tokens per row. */
export const ROWS = 16;
export const ROW_LENGTH = 64;

export const OPTIMIZER = { beta1: 0.9, beta2: 0.98, weightDecay: 0.1, clipNorm: 1 } as const;

export interface Phase {
  name: keyof typeof MIXTURES;
  mixture: Mixture;
  /** Number of updates; may be less than the schedule's length. */
  updates: number;
  schedule: LinearSchedule;
}

/** Each phase starts with zero moments. */
export const PHASES: readonly Phase[] = [
  {
    name: "foundation",
    mixture: MIXTURES.foundation,
    updates: 4_500,
    schedule: { peak: 2.5e-3, warmUp: 150, length: 11_000 },
  },
  {
    name: "refinement",
    mixture: MIXTURES.refinement,
    updates: 2_000,
    schedule: { peak: 1.5e-3, warmUp: 75, length: 2_000, floor: 0.05 },
  },
];
