/** Counts the parameters of a model, and those that an adapter trains or adds. */
import type { ModelConfig } from "../families/index.ts";
import { elementCount } from "../weights/host-tensor.ts";
import { shapesAlone } from "../weights/shapes-alone.ts";
import { adapterTensors } from "./adapter.ts";
import type { Adapter } from "./kinds/index.ts";

/** The number of parameters in a model's checkpoint. */
export function countParameters(config: ModelConfig): number {
  return countElements(shapesAlone(config));
}

/** The number of parameters that an adapter trains. */
export function trainableParameters(config: ModelConfig, adapter: Adapter): number {
  return countElements(adapterTensors(shapesAlone(config), adapter, 0));
}

/**
 * Trainable parameters as a fraction of all that exist while training: the base's and those an adapter adds, as PEFT
 * counts. Full fine-tuning adds none: 1.
 */
export function parameterRatio(config: ModelConfig, adapter: Adapter): number {
  const base = shapesAlone(config);
  const trained = adapterTensors(base, adapter, 0);
  const added = [...trained].filter(([name]) => !base.has(name));
  return countElements(trained) / (countElements(base) + countElements(added));
}

function countElements(tensors: Iterable<[string, { shape: number[] }]>): number {
  let sum = 0;
  for (const [, { shape }] of tensors) sum += elementCount(shape);
  return sum;
}
