/** What PyTorch, transformers and PEFT computed: see the READMEs of the fixtures. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openSafetensors } from "@ft/model";

export const fixturesFolder = join(import.meta.dirname, "../fixtures");
/** The folder of the model. */
export const parityFolder = join(fixturesFolder, "parity-neox");

interface Pair {
  clean: number[];
  corrupted: number[];
  label: number;
  wrong: number;
}

interface Parity {
  pairs: Pair[];
  /** Names in the order of every vector of scores, which is the graph's. */
  edges: string[];
  circuits: Record<string, { top: string[]; edges: string[] }>;
}

interface Trained {
  training: { epochs: number; warmUp: number; learningRate: number; weightDecay: number; clipNorm: number };
  train: Pair[];
  validation: Pair[];
  /** By plan; losses and norms by update. */
  runs: Record<
    string,
    { losses: number[]; gradientNorms: number[]; after: { circuit: number; validation: number } }
  >;
  /** Of each training example, by the base model. */
  trainLosses: number[];
  /** By linear. */
  gradientNorms: Record<string, number>;
  /** By seed and linear. */
  weightChanges: Record<string, Record<string, number>>;
  /** A circuit's metrics in a model: "first in last 2". */
  inModels: Record<string, { logitDifference: number; kl: number }>;
}

const read = (...path: string[]) => JSON.parse(readFileSync(join(fixturesFolder, ...path), "utf8"));
export const parity: Parity = read("parity-neox", "expected.json");
export const trained: Trained = read("trained-neox", "expected.json");
export const { training } = trained;

/** A tensor of a fixture's file, such as `tensor("parity-neox/methods", "exact.kl.zero.edges")`. */
export function tensor(file: string, name: string): Float32Array {
  return openSafetensors(join(fixturesFolder, `${file}.safetensors`)).read(name).data;
}

/** The names of a file's tensors. */
export function tensorNames(file: string): string[] {
  return [...openSafetensors(join(fixturesFolder, `${file}.safetensors`)).tensors.keys()];
}
