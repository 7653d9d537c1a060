/** How many numbers a model has, and how many of them, or beside them, an adapter plan trains. */
import { familyOf, type LinearKind, linearName } from "../weights/families.ts";
import { elementCount } from "../weights/host-tensor.ts";
import type { ModelConfig } from "../weights/model-config.ts";

/** What of a plan's row decides how many parameters it trains. */
export interface PlannedAdapter {
  /** The kind of adapter, or "full". AdaLoRA has a singular value for each rank as well as LoRA's two matrices. */
  kind: string;
  layer: number;
  module: string;
  /** Not looked at for "full". */
  rank: number;
}

/** The numbers in a model's checkpoint. */
export function countParameters(config: ModelConfig): number {
  return familyOf(config)
    .tensors(config)
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** The numbers an adapter of rank r on one linear [out, in] trains: r (in + out), and r more with AdaLoRA. */
export function adapterParameters(shape: readonly [number, number], rank: number, kind: string): number {
  const [outputs, inputs] = shape;
  return rank * (inputs + outputs) + (kind === "adalora" ? rank : 0);
}

/**
 * The numbers that one run of a plan trains.
 * @param rows of one plan and one seed: an adapter each; or any rows of full fine-tuning, which trains every number
 */
export function trainableParameters(config: ModelConfig, rows: readonly PlannedAdapter[]): number {
  const shapes = new Map(
    familyOf(config)
      .tensors(config)
      .map(({ name, shape }) => [name, shape]),
  );
  let sum = 0;
  for (const { kind, layer, module, rank } of rows) {
    if (kind === "full") return countParameters(config);
    const shape = shapes.get(`${linearName(config, layer, module as LinearKind)}.weight`);
    if (!shape) throw new Error(`layer ${layer} of the model has no linear ${module}`);
    sum += adapterParameters(shape as [number, number], rank, kind);
  }
  return sum;
}

/**
 * Trainable parameters as a fraction of all there are while training: the base's and, for adapters, those added, as
 * PEFT counts. Full fine-tuning adds none: 1.
 */
export function parameterRatio(config: ModelConfig, rows: readonly PlannedAdapter[]): number {
  const trainable = trainableParameters(config, rows);
  const added = rows.some(({ kind }) => kind === "full") ? 0 : trainable;
  return trainable / (countParameters(config) + added);
}
