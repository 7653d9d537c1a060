export { adapterSchedule, adapterTensors, changeNorms, mergeAdapter } from "./adapter.ts";
export {
  checkpointAdapter,
  checkpointModel,
  listCheckpoints,
  noCheckpoint,
  readCheckpoints,
  type TrainedCheckpoint,
} from "./checkpoints.ts";
export { countParameters, parameterRatio, trainableParameters } from "./count-parameters.ts";
export { adapterDifference, describeAdapter } from "./describe-adapter.ts";
export type { Dropout } from "./dropout.ts";
export { loraOnEveryLinear, onEveryLinear } from "./every-linear.ts";
export {
  type Adapter,
  type AdapterKind,
  type AdapterModule,
  type AdapterSchedule,
  adapterKind,
  adapterKinds,
} from "./kinds/index.ts";
export {
  adapterOf,
  checkPlanRow,
  type Plan,
  type PlannedRun,
  planRuns,
  plansOfRows,
  readPlanRows,
  readPlans,
} from "./plans.ts";
export { type PeftCheckpoint, readPeft } from "./read-peft.ts";
export { savePeft } from "./save-peft.ts";
export { createTrainable, readParameters, type Trainable } from "./trainable.ts";
