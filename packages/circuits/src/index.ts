export { type AttributionOptions, attribute } from "./attribution/attribute.ts";
export {
  type AttributionChoices,
  choiceProblems,
  choicesInForce,
} from "./attribution/choice.ts";
export { type AttributionMethod, attributionMethods, type Grid, grids } from "./attribution/path.ts";
export {
  checkpointAdapter,
  checkpointModel,
  listCheckpoints,
  noCheckpoint,
  readCheckpoints,
} from "./checkpoints/checkpoints.ts";
export {
  type Evaluation,
  type EvaluationOptions,
  type Evaluations,
  evaluateCircuits,
  evaluateStream,
} from "./evaluation/evaluate-circuits.ts";
export { type Judgement, judge } from "./evaluation/judge.ts";
export { type Metric, metricNamed, metrics } from "./metrics/index.ts";
export { type CircuitModel, loadCircuitModel, type ModelOrLoaded } from "./pairs/circuit-model.ts";
export { checkPairs, type Pair } from "./pairs/pair.ts";
export { stages } from "./stages.ts";
