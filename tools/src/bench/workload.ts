/** What all sides of a comparison read: a model, prompts, a circuit and an adapter's start, in one folder. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AdapterModule, linearName, type ModelConfig, modulesOf } from "@ft/model";
import type { TokenPair } from "./pairs.ts";
import type { Shape } from "./shapes.ts";

/** In the repository, beside other things that can be made again. */
export const WORKLOADS = ".cache/bench";
export const WORKLOAD_FILE = "workload.json";
/** The adapter's initial values, so that all sides' losses can be compared over several steps. */
export const ADAPTER_FILE = "adapter.safetensors";

export interface TrainingSettings {
  learningRate: number;
  weightDecay: number;
}

export interface LoraSettings {
  rank: number;
  alpha: number;
}

/** The contents of workload.json; config.json, model.safetensors and adapter.safetensors lie beside it. */
export interface Workload {
  /** Tells whether it is the one asked for. */
  key: string;
  pairs: TokenPair[];
  /** Indices of the edges of the circuit to evaluate, as Graph numbers them. */
  circuit: number[];
  "lora-step": TrainingSettings & { method: "lora"; lora: LoraSettings };
  "full-step": TrainingSettings & { method: "full" };
}

export const TRAINING = {
  "lora-step": { method: "lora", lora: { rank: 32, alpha: 64 }, learningRate: 2e-4, weightDecay: 0.01 },
  "full-step": { method: "full", learningRate: 8e-6, weightDecay: 0.01 },
} as const satisfies Pick<Workload, "lora-step" | "full-step">;

/** Raised when what a workload holds changes. */
const VERSION = 2;

export function workloadKey(shape: Shape): string {
  return JSON.stringify({ version: VERSION, shape });
}

/** The workload in a folder, or undefined where none or another one is. */
export function findWorkload(folder: string, shape: Shape): Workload | undefined {
  let workload: Workload;
  try {
    workload = readWorkload(folder);
  } catch {
    return undefined;
  }
  return workload.key === workloadKey(shape) ? workload : undefined;
}

export function readWorkload(folder: string): Workload {
  return JSON.parse(readFileSync(join(folder, WORKLOAD_FILE), "utf8")) as Workload;
}

/** Adapters on all four linears of every layer, as the paper has them. */
export function loraModules(config: ModelConfig, lora: LoraSettings): AdapterModule[] {
  return Array.from({ length: config.layers }, (_, layer) =>
    modulesOf(config).map((module) => ({ name: linearName(config, layer, module), ...lora, settings: {} })),
  ).flat();
}
