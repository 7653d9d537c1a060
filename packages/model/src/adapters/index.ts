export {
  adapterParameters,
  countParameters,
  type PlannedAdapter,
  parameterRatio,
  trainableParameters,
} from "./count-parameters.ts";
export { type AdapterModule, initializeLora, loraNames } from "./lora.ts";
export { mergeAdapter } from "./merge.ts";
export { type Plan, type PlannedRun, planRuns, readPlanRows, readPlans } from "./plans.ts";
export { type Adapter, createTrainable, readParameters, type Trainable } from "./trainable.ts";
