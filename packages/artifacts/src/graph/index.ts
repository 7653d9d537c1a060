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
