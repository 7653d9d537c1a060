export {
  type AttributionOptions,
  attribute,
  attributionCost,
  attributionWork,
  scoreGraph,
} from "./attribution/attribute.ts";
export {
  type AttributionChoices,
  choiceProblems,
  choicesInForce,
} from "./attribution/choice.ts";
export {
  type Grid,
  grids,
  type Method,
  methodNames,
  methods,
  methodsDescribed,
  type Reference,
  references,
} from "./attribution/methods/index.ts";
export type { Scores } from "./attribution/scores.ts";
export { type Ablation, ablationNamed, ablationNames } from "./counterfactual/ablations.ts";
export {
  type Evaluation,
  type EvaluationOptions,
  type Evaluations,
  evaluateCircuits,
  evaluateStream,
} from "./evaluation/evaluate-circuits.ts";
export { type Judgement, judge } from "./evaluation/judge.ts";
export {
  attributionCosts,
  type CircuitWork,
  describeTrees,
  evaluationCosts,
  type FittedTrees,
  fitAttribution,
  fitEvaluation,
  type ShapeOfModel,
} from "./fit-memory.ts";
export type { Independence } from "./hypotheses/independence.ts";
export { type CircuitTestOptions, type CircuitTests, testCircuit } from "./hypotheses/test-circuit.ts";
export { measureCircuits, sampleCircuit } from "./measure-speed.ts";
export { type Metric, metricNamed, metricNames, metrics } from "./metrics/index.ts";
export { type CircuitModel, loadCircuitModel, type ModelOrLoaded } from "./pairs/circuit-model.ts";
export { checkPairs, type Pair } from "./pairs/pair.ts";
export { stages } from "./stages.ts";
