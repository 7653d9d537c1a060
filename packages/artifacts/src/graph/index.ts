export { type Circuit, collapseEdges, collapseSet, type ScoredEdge } from "./circuit.ts";
export { changeRate, compareSets, type SetComparison } from "./comparison.ts";
export {
  createGraph,
  type EdgeScores,
  type EdgeSet,
  Graph,
  type GraphShape,
  type Port,
  ports,
} from "./graph.ts";
export { type EdgeEnds, formatEdge, GraphNames, type NodePlace, parseEdge, parseNode } from "./names.ts";
export {
  type CircuitFile,
  type CircuitFileEdge,
  circuitOf,
  edgesOf,
  parseCircuitJson,
  readCircuitJson,
} from "./read-circuit-json.ts";
export {
  type CircuitToWrite,
  formatCircuitJson,
  type NodeForm,
  nodeForms,
  writeCircuitJson,
} from "./write-circuit-json.ts";
