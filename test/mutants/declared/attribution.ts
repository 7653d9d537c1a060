/** The mathematics of attribution, selection of edges, and the layout of prompts. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/circuits/src";

export const attribution: Area = {
  name: "attribution",
  tests: [
    "packages/circuits/src/attribution",
    "packages/circuits/src/metrics",
    "packages/graph/src/measures",
    "packages/graph/src/select",
    "packages/circuits/src/pairs",
    "test/parity/neox",
  ],
  mutants: [
    ...mutantsOf(
      `${folder}/attribution/methods/eap.ts`,
      "eap",
      ["embeddings: [1]", "embeddings: [0]"],
      ['reference: "corrupted"', 'reference: "clean"'],
    ),
    ...mutantsOf(
      `${folder}/attribution/methods/method.ts`,
      "stepsOf",
      ['grid === "paper" ? 1 : 0', "1"],
      ["(k + first) / steps", "(k + first) / (steps + 1)"],
    ),
    ...mutantsOf(
      `${folder}/attribution/methods/eap-ig.ts`,
      "eapIg",
      ["1 / steps", "1"],
      ['reference: "clean"', 'reference: "corrupted"'],
    ),
    ...mutantsOf(`${folder}/attribution/methods/eap-ig-activations.ts`, "eapIgActivations", [
      "2 * layers + 1",
      "2 * layers",
    ]),
    ...mutantsOf(
      `${folder}/attribution/methods/clean-corrupted.ts`,
      "cleanCorrupted",
      ["1 / 2", "1"],
      ["[0, 1]", "[1]"],
    ),
    ...mutantsOf(
      `${folder}/attribution/choice.ts`,
      "fieldOf",
      ["field.embeddings.filter((point) => point !== flat)", "field.embeddings.slice(1)"],
      ['reference !== "clean" || point !== flat', "point !== 1"],
      [
        "if (!metricNamed(metric).vanishesAtReference) return field;",
        "return field;",
        "only points of a metric that vanishes at its reference are left out; there the run is the reference, its gradient is 0 at every logit (softmax of equal rows is equal), and a gradient of zeros adds nothing",
      ],
    ),
    ...mutantsOf(
      `${folder}/attribution/along-activations.ts`,
      "scoreAlongActivations",
      ["ops.scale(difference, 1 - point)", "ops.scale(difference, point)"],
      ["attention: plus(byMlp)", "attention: plus(byHeads)"],
      ["parallel ? plus(byHeads) : (above ?? ops.scale(byMlp, 0))", "plus(byHeads)"],
      ["plus(ops.add(byMlp, byHeads))", "plus(byMlp)"],
    ),
    ...mutantsOf(`${folder}/attribution/taken-up.ts`, "afterHeads", ["ops.add(y, written)", "y"]),
    ...mutantsOf(
      `${folder}/attribution/taken-up.ts`,
      "backward",
      ["summed(ops.add(dx, dInput))", "summed(dx)"],
      ["contraction.mlp(from - 1, dInput, copies);", ""],
    ),
    ...mutantsOf("packages/model/src/decoder/block.ts", "parallelBackward", [
      "dOut.mlp === dOut.past ? dPast : own(dOut.mlp)",
      "dPast",
    ]),
    ...mutantsOf("packages/model/src/decoder/block.ts", "sequentialBackward", [
      "dOut.attention === dOut.past ? dY : ops.add(dOut.attention, dThroughMlp)",
      "dY",
    ]),
    ...mutantsOf(
      `${folder}/attribution/patch-edges.ts`,
      "patchHeads",
      ["ops.add(ops.multiply(changed, masks[p]!), qkv)", "ops.add(changed, qkv)"],
      ["ops.subtract(ops.reshape(own, [count, rows, -1]), z)", "ops.reshape(own, [count, rows, -1])"],
      ["Math.trunc(i / count)", "0"],
    ),
    ...mutantsOf(`${folder}/attribution/patch-edges.ts`, "patchMlp", [
      "ops.subtract(hidden, activated)",
      "hidden",
    ]),
    ...mutantsOf(`${folder}/attribution/patch-edges.ts`, "patchOutputs", [
      "takenUp.afterHeads(layer, change)",
      "takenUp.afterBlock(layer, change)",
    ]),
    ...mutantsOf(`${folder}/attribution/by-patching.ts`, "lossesOf", ["metric.lossSign * value", "value"]),
    ...mutantsOf(`${folder}/attribution/attribute.ts`, "patchingPasses", ["/ layers", ""]),
    ...mutantsOf(
      `${folder}/attribution/samples.ts`,
      "drawSamples",
      ["place % count === part", "place % count <= part"],
      ["place < changed ? examples + example : example", "place <= changed ? examples + example : example"],
      ["draw.int(0, examples - 1)", "draw.int(0, examples - 2)"],
    ),
    ...mutantsOf(`${folder}/attribution/samples.ts`, "scoreSamples", [
      "counts[s]! * pairs.length",
      "counts[s]!",
    ]),
    ...mutantsOf(`${folder}/attribution/samples.ts`, "exchange", ["answer: wrong ?? answer", "answer"]),
    ...mutantsOf("packages/graph/src/measures/rank-correlation.ts", "ranks", [
      "(first + 1 + end) / 2",
      "first + 1",
    ]),
    ...mutantsOf("packages/graph/src/measures/rank-correlation.ts", "rankCorrelation", [
      "(a.length + 1) / 2",
      "a.length / 2",
    ]),
    ...mutantsOf(
      `${folder}/attribution/attribute.ts`,
      "exampleWeights",
      ["pointWeight / examples", "1 / examples"],
      ["i - (i % libraryBatch)", "0"],
      ["Math.min(libraryBatch, examples - first) * examples", "libraryBatch * examples"],
      ["Math.min(libraryBatch, examples - first) * examples", "examples"],
    ),
    ...mutantsOf(
      `${folder}/attribution/by-field.ts`,
      "finalGradient",
      ["weights[members[n % members.length]!]!", "weights[n % members.length]!"],
      ["normalizeFinalBackward(ops, decoder, final.normalized, weighted)", "weighted"],
    ),
    ...mutantsOf(`${folder}/attribution/edge-contraction.ts`, "block", [
      "repeated ? input : everyNode",
      "everyNode",
    ]),
    ...mutantsOf(
      `${folder}/attribution/edge-contraction.ts`,
      "addScores",
      ["graph.readable[destinations[0]!]!, -1", "graph.readable[destinations[0]!]! - 1, -1"],
      ["graph.edge(source, destination)]! +=", "graph.edge(source, destination)]! ="],
    ),
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
        "ops.subtract(rowsOf(ops, t, CORRUPTED, count), own)",
        "ops.subtract(own, rowsOf(ops, t, CORRUPTED, count))",
      ],
      ["writeHeads(ops, matrices[layer]!,", "writeHeads(ops, matrices[0]!,"],
      ["ops.scale(own, -1)", "own"],
      ["bias ? ops.subtract(written, bias) : written", "written"],
    ),
    ...mutantsOf(
      `${folder}/metrics/logit-difference.ts`,
      "lossGradient",
      ["ops.subtract(rows(wrong), rows(answers))", "ops.subtract(rows(answers), rows(wrong))"],
      ["n % answers.length", "0"],
    ),
    ...mutantsOf(`${folder}/metrics/kl-divergence.ts`, "lossGradient", ["1 / reference.shape[1]!", "1"]),
    ...mutantsOf(
      `${folder}/metrics/js-divergence.ts`,
      "lossGradient",
      ["1 / (2 * reference.shape[1]!)", "1 / reference.shape[1]!"],
      ["logsOverMean(ops, logP, logQ)", "logsOverMean(ops, logQ, logP)"],
    ),
    ...mutantsOf(`${folder}/metrics/js-divergence.ts`, "logsOverMean", ["Math.LN2", "0"]),
    ...mutantsOf(
      `${folder}/metrics/probability.ts`,
      "lossGradient",
      ["= -1", "= 1"],
      ["input.answers[first + n]!", "input.answers[n]!"],
    ),
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
