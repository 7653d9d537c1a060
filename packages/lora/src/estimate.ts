import type { EstimateContext, StageEstimate } from "@ft/artifacts";
import { loadModelConfig } from "@ft/model";
import type { LoraConfig } from "./config.ts";
import { unmeasuredRows } from "./plans/unmeasured.ts";

/** The plans' rows, in layers that may differ from those that will be chosen. */
export async function estimate(
  { plans }: LoraConfig,
  { model, seed }: EstimateContext,
): Promise<StageEstimate> {
  const config = await loadModelConfig(model);
  return { expected: { plan: plans.flatMap((options) => unmeasuredRows(options, config, seed)) } };
}
