export { type Circuit, type CollapsedCircuit, collapse, edgesIn, setOf } from "./circuit.ts";
export { type Combination, combinations, combineCircuits, combineCollapsed } from "./combine.ts";
export {
  type ChanceModel,
  calibrate,
  chanceModels,
  chanceRows,
  type ImitatedChange,
} from "./compare/chance.ts";
export { type CircuitAtStep, type ComparedCircuits, changeRows } from "./compare/circuit-change.ts";
export { type CircuitComparison, compareCircuits, type Difference } from "./compare/compare-circuits.ts";
export {
  agreement,
  comparedPairs,
  comparisonRows,
  type SampleCircuit,
  transitionsOf,
} from "./compare/compared-pairs.ts";
export { checkSameGraph, edgeChanges } from "./compare/edge-change.ts";
export { changeRate, compareSets, type Members, type SetComparison } from "./compare/set-comparison.ts";
export {
  type CircuitFile,
  type CircuitFileEdge,
  circuitOf,
  collapsedCircuitOf,
} from "./files/circuit-file.ts";
export {
  type CircuitFormat,
  checkGraphName,
  circuitFormats,
  graphFile,
  graphFileBytes,
  isGraphFile,
  readGraphFile,
  writeGraphFile,
} from "./files/graph-file.ts";
export { mibCircuits, mibImportances, mibNames } from "./files/mib-submission.ts";
export { parseCircuitJson, readCircuitJson } from "./files/read-circuit-json.ts";
export { parseCircuitTorch } from "./files/read-circuit-torch.ts";
export {
  type CircuitToWrite,
  formatCircuitJson,
  formatCollapsedJson,
  type NodeForm,
} from "./files/write-circuit-json.ts";
export { circuitTorchBytes } from "./files/write-circuit-torch.ts";
export {
  createGraph,
  type EdgeScores,
  type EdgeSet,
  Graph,
  type GraphShape,
  type Port,
  ports,
} from "./graph.ts";
export {
  type CriticalChoice,
  checkCritical,
  criticalLayers,
  defaultCritical,
} from "./layers/critical-layers.ts";
export { type LayerChange, type LayerRule, layerSums, rankLayers } from "./layers/layer-sums.ts";
export { type Curve, type CurvePoint, faithfulnessCurve, mibFractions } from "./measures/curve.ts";
export { faithfulness } from "./measures/faithfulness.ts";
export { type Overlap, overlap } from "./measures/overlap.ts";
export { rankCorrelation } from "./measures/rank-correlation.ts";
export { type EdgeEnds, formatEdge, GraphNames, type NodePlace, parseNode } from "./names.ts";
export {
  type CheckpointCircuit,
  type CheckpointPick,
  type CircuitChoice,
  type CircuitPick,
  type FoundCircuit,
  findCircuit,
  findRunCircuits,
  mainChoice,
  pickCheckpoint,
  readCircuit,
  readMainCircuits,
  readMainRows,
} from "./read-circuits.ts";
export { readScores } from "./read-scores.ts";
export { circuitOfRow, graphOfRow, rowOfCircuit, scoresOfRow } from "./rows.ts";
export { type CircuitReads, circuitReads } from "./select/circuit-reads.ts";
export { type Control, controls, edgesAmongNodes, isControl, nextCircuit } from "./select/controls.ts";
export { countNodes, prune, sizeOf } from "./select/prune.ts";
export { randomCircuit, randomPath } from "./select/random.ts";
export { edgeCount, firstEdges, rankEdges, topCircuit } from "./select/rank.ts";
export {
  ruleNamed,
  ruleNames,
  rulesDescribed,
  type ScoredGraph,
  type SelectionRule,
  selectionRules,
} from "./select/rules/index.ts";
