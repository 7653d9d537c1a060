/** The mathematics of attribution, selection of edges, and the layout of prompts. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/circuits/src";

export const attribution: Area = {
  name: "attribution",
  tests: [
    "packages/circuits/src/attribution",
    "packages/graph/src/select",
    "packages/circuits/src/pairs",
    "test/parity/neox",
  ],
  mutants: [
    ...mutantsOf(
      `${folder}/attribution/path.ts`,
      "attributionPath",
      ["points: [1], weight: 1, reference: CORRUPTED", "points: [1], weight: 1, reference: CLEAN"],
      ["points: [1]", "points: [0]"],
      ['grid === "paper" ? 1 : 0', "1"],
      ["(k + first) / steps", "(k + first) / (steps + 1)"],
      ["weight: 1 / steps", "weight: 1"],
      ["reference: CLEAN", "reference: CORRUPTED"],
      ["point !== 1", "point !== points[0]"],
      [
        "vanishesAtReference ? points.filter((point) => point !== 1) : points",
        "points",
        "only points of a metric that vanishes at its reference are left out; there the run is the reference, p - p_ref is 0 at every logit (softmax of equal rows is equal), and a gradient of zeros adds nothing",
      ],
    ),
    ...mutantsOf(
      `${folder}/attribution/attribute.ts`,
      "exampleWeights",
      ["pointWeight / examples", "1 / examples"],
      ["i - (i % libraryBatch)", "0"],
      ["Math.min(libraryBatch, examples - first) * examples", "libraryBatch * examples"],
      ["Math.min(libraryBatch, examples - first) * examples", "examples"],
    ),
    ...mutantsOf(
      `${folder}/attribution/attribute.ts`,
      "finalGradient",
      ["weights[members[n % count]!]!", "weights[n % count]!"],
      ["normalizeFinalBackward(ops, decoder, mapNormalized(onPath, normalized), weighted)", "weighted"],
    ),
    ...mutantsOf(
      `${folder}/attribution/attribute.ts`,
      "attributeTree",
      ["graph.readable[destinations[0]!]!, -1", "graph.readable[destinations[0]!]! - 1, -1"],
      ["layer === 0 ? input : everyNode", "everyNode"],
    ),
    ...mutantsOf(`${folder}/attribution/attribute.ts`, "addScores", [
      "graph.edge(source, destination)]! +=",
      "graph.edge(source, destination)]! =",
    ]),
    ...mutantsOf(
      `${folder}/attribution/destination-gradients.ts`,
      "headGradients",
      ["readerBias ? ops.subtract(read, readerBias) : read", "read"],
      ["1 / width", "1 / size"],
      ["ops.multiply(dRead, rstd)", "dRead"],
      ["ops.subtract(through, ops.transpose(removed, [1, 0, 2]))", "through"],
    ),
    ...mutantsOf(`${folder}/attribution/destination-gradients.ts`, "sumPoints", [
      "ops.sum(byPoint, [0], true)",
      "ops.slice(byPoint, [0, 0], [1, -1])",
    ]),
    ...mutantsOf(
      `${folder}/attribution/source-differences.ts`,
      "blockDifferences",
      [
        "ops.subtract(rowsOf(ops, t, CORRUPTED, count), rowsOf(ops, t, CLEAN, count))",
        "ops.subtract(rowsOf(ops, t, CLEAN, count), rowsOf(ops, t, CORRUPTED, count))",
      ],
      [
        "writeHeads(ops, matrices[layer]!, difference(record.attention.z))",
        "writeHeads(ops, matrices[0]!, difference(record.attention.z))",
      ],
    ),
    ...mutantsOf(
      `${folder}/metrics/logit-difference.ts`,
      "lossGradient",
      ["ops.subtract(rows(wrong), rows(answers))", "ops.subtract(rows(answers), rows(wrong))"],
      ["n % answers.length", "0"],
    ),
    ...mutantsOf(`${folder}/metrics/kl-divergence.ts`, "lossGradient", ["1 / vocabulary", "1"]),
    ...mutantsOf(`${folder}/pairs/ports.ts`, "portNumbers", [
      "ports.length * head + port",
      "head + ports.length * port",
    ]),
    ...mutantsOf(`${folder}/pairs/run-pairs.ts`, "embedPairs", [
      "ops.scale(difference(nodeOfPair), point)",
      "ops.scale(difference(nodeOfPair), 1 - point)",
    ]),
    ...mutantsOf(
      `packages/graph/src/select/rank.ts`,
      "rankEdges",
      ["= Math.abs", "= (score) => score"],
      ["|| a - b", "|| b - a"],
    ),
    ...mutantsOf(`packages/graph/src/select/rank.ts`, "edgeCount", [
      "Math.trunc(fraction * graph.edges)",
      "Math.round(fraction * graph.edges)",
    ]),
    ...mutantsOf(
      `packages/graph/src/select/prune.ts`,
      "prune",
      ["if (set[edge] && fromInput[sourceOf[edge]!])", "if (set[edge])"],
      ["|| !toLogits[graph.endOf(edge)]", ""],
      ["!set[edge] || ", ""],
    ),
    ...mutantsOf(
      "packages/graph/src/graph.ts",
      "constructor",
      ["parallel ? this.headSource(layer, 0) : this.mlpSource(layer)", "this.mlpSource(layer)"],
      ["this.offsets[source] = edge - first", "this.offsets[source] = edge"],
    ),
    ...mutantsOf("packages/graph/src/select/rank.ts", "topCircuit", [
      "prune(graph, firstEdges(graph, order, count))",
      "firstEdges(graph, order, count)",
    ]),
  ],
};
