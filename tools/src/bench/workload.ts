/** The inputs of all contenders: a model, prompts, a circuit and an adapter's initial values, in one folder. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelConfig } from "@ft/model";
import { type Bench, commandOf, contenders } from "./contenders.ts";
import { type ShapeName, shapes } from "./shapes.ts";
import { WorkerProcess } from "./worker-process.ts";

/** In the repository's cache of reproducible files. */
const WORKLOADS = ".cache/bench";
export const WORKLOAD_FILE = "workload.json";
/** The adapter's initial values, because the losses of all contenders are compared over several steps. */
export const ADAPTER_FILE = "adapter.safetensors";

export interface TrainingSettings {
  learningRate: number;
  weightDecay: number;
}

export interface LoraSettings {
  rank: number;
  alpha: number;
}

/** The contents of workload.json; config.json, model.safetensors and adapter.safetensors are in the same folder. */
export interface Workload {
  /** Identifies the workload; see {@link workloadKey}. */
  key: string;
  pairs: { clean: number[]; corrupted: number[]; answer: number }[];
  /** Indices of the edges of the circuit to evaluate, in graph order. */
  circuit: number[];
  "lora-step": TrainingSettings & { method: "lora"; lora: LoraSettings };
  "full-step": TrainingSettings & { method: "full" };
}

export const TRAINING = {
  "lora-step": { method: "lora", lora: { rank: 32, alpha: 64 }, learningRate: 2e-4, weightDecay: 0.01 },
  "full-step": { method: "full", learningRate: 8e-6, weightDecay: 0.01 },
} as const satisfies Pick<Workload, "lora-step" | "full-step">;

/** Raised when the content of workloads changes. */
const VERSION = 3;

export function workloadKey(config: ModelConfig): string {
  return JSON.stringify({ version: VERSION, config });
}

/** The folder of a shape's workload. If it is missing, a separate worker makes it, to free its memory. */
export async function prepareWorkload(bench: Bench, shape: ShapeName): Promise<string> {
  const folder = join(bench.root, WORKLOADS, shape);
  try {
    if (readWorkload(folder).key === workloadKey(shapes[shape])) return folder;
  } catch {
    // Missing or unreadable.
  }
  console.log(`Making a random model ${shape} in ${join(WORKLOADS, shape)}`);
  const maker = new WorkerProcess(commandOf(contenders.ours, bench), bench.root);
  try {
    await maker.ask({ do: "make", shape, folder, root: bench.root });
  } finally {
    maker.stop();
  }
  return folder;
}

export function readWorkload(folder: string): Workload {
  return JSON.parse(readFileSync(join(folder, WORKLOAD_FILE), "utf8")) as Workload;
}
