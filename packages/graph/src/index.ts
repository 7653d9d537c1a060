export { type Circuit, collapseEdges, collapseSet, type ScoredEdge } from "./circuit.ts";
export { type CircuitAtStep, changeRows } from "./compare/circuit-change.ts";
export { type CircuitComparison, compareCircuits, type Difference } from "./compare/compare-circuits.ts";
export { edgeChanges } from "./compare/edge-change.ts";
export { changeRate, compareSets, type SetComparison } from "./compare/set-comparison.ts";
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
  type CircuitFile,
  type CircuitFileEdge,
  circuitOf,
  edgesOf,
  parseCircuitJson,
  readCircuitJson,
} from "./json/read-circuit-json.ts";
export {
  type CircuitToWrite,
  formatCircuitJson,
  writeCircuitJson,
} from "./json/write-circuit-json.ts";
export {
  type CriticalChoice,
  checkCritical,
  criticalLayers,
  defaultCritical,
} from "./layers/critical-layers.ts";
export { type LayerChange, type LayerRule, layerSums, rankLayers } from "./layers/layer-sums.ts";
export { faithfulness } from "./measures/faithfulness.ts";
export { type EdgeEnds, formatEdge, GraphNames, type NodePlace, parseNode } from "./names.ts";
export { type CircuitReads, circuitReads } from "./select/circuit-reads.ts";
export { countNodes, prune, sizeOf } from "./select/prune.ts";
export { randomCircuit } from "./select/random.ts";
export { edgeCount, firstEdges, rankEdges } from "./select/rank.ts";
