import type { PlanRow } from "@ft/artifacts";
import { type ModelConfig, modulesOf } from "@ft/model";
import { type PlanOptions, planRows } from "./index.ts";

/**
 * A plan's rows as if all layers measured the same. What other stages find later changes which layers are chosen, not whether a
 * plan is valid, nor what it takes to train.
 */
export function unmeasuredRows(options: PlanOptions, config: ModelConfig, seed: number): PlanRow[] {
  const { layers } = config;
  const nothing = () => ({ mean: new Float64Array(layers), runs: [], updates: 0 });
  return planRows(options, {
    ...{ layers, modules: modulesOf(config), seed },
    ...{ edgeChanges: nothing, weightChanges: nothing, gradientNorms: nothing },
  });
}
