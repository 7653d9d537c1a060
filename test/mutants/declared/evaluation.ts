/** Running circuits and saying how well they do. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/circuits/src";

export const evaluation: Area = {
  name: "evaluation",
  tests: [
    "packages/circuits/src/evaluation",
    "packages/graph/src/measures",
    "packages/graph/src/select",
    "packages/circuits/src/stage",
    "packages/circuits/src/run",
    "test/parity/neox",
  ],
  mutants: [
    ...mutantsOf(
      "packages/graph/src/measures/faithfulness.ts",
      "faithfulness",
      ["Math.abs(model - circuit)", "(model - circuit)"],
      ["Math.abs(model - circuit) / model", "Math.abs(model - circuit) / circuit"],
    ),
    ...mutantsOf(`${folder}/evaluation/evaluate-circuits.ts`, "evaluateTree", [
      "rowsOf(ops, state.final.normed, CORRUPTED, members.length)",
      "rowsOf(ops, state.final.normed, CLEAN, members.length)",
    ]),
    ...mutantsOf(
      `${folder}/evaluation/evaluate-circuits.ts`,
      "write",
      ["likeliest[n] === answers[n] ? 1 : 0", "likeliest[n] === answers[n] ? 0 : 1"],
      ["metric[example] = metrics[n]!", "metric[n] = metrics[n]!"],
    ),
    ...mutantsOf(
      `${folder}/evaluation/run-circuit.ts`,
      "runCircuit",
      ["ops.subtract(own, gatherNumbered(ops, corrupted, heads))", "own"],
      ["ops.subtract(activate(ops, mlp, xhat), activated)", "activate(ops, mlp, xhat)"],
      [
        "input(destinations, differences, state.layers[layer]!.x)",
        "input(destinations, differences, state.layers[0]!.x)",
      ],
      ["return state.first.activated;", "return state.layers[0]!.activated;"],
      [
        "ops.addRows(ops.reshape(corrupted, [-1]), differences, read)",
        "ops.addRows(ops.reshape(corrupted, [-1]), differences, [...read].reverse())",
      ],
    ),
    ...mutantsOf(`${folder}/evaluation/run-circuit.ts`, "readFirst", [
      "gatherNumbered(ops, qkv.difference, heads)",
      "qkv.difference",
    ]),
    ...mutantsOf(
      `${folder}/evaluation/corrupted-state.ts`,
      "corruptedState",
      ["ops.scale(laidOut.embedded.nodeDifference, -1)", "laidOut.embedded.nodeDifference"],
      ["rowsOf(ops, all(x), CORRUPTED, nodes)", "rowsOf(ops, all(x), CLEAN, nodes)"],
    ),
    ...mutantsOf(`packages/graph/src/select/circuit-reads.ts`, "circuitReads", [
      "prune(graph, circuit)",
      "circuit",
    ]),
    ...mutantsOf(`${folder}/metrics/kl-divergence.ts`, "value", ["1 / logits.shape[1]!", "1"]),
    ...mutantsOf(`${folder}/metrics/logit-difference.ts`, "value", [
      "ops.subtract(at(answers), at(wrong))",
      "ops.subtract(at(wrong), at(answers))",
    ]),
    ...mutantsOf(
      `${folder}/stage/find-circuit.ts`,
      "findIn",
      ["faithfulness(modelMetric, circuitMetric)", "faithfulness(circuitMetric, modelMetric)"],
      ["modelAccuracy: accuracy(whole)", "modelAccuracy: accuracy(circuits[i]!)"],
      ["edges: sizeOf(set)", "edges: selected"],
    ),
    ...mutantsOf(`${folder}/stage/find-circuit.ts`, "selectCircuit", [
      "prune(graph, firstEdges(graph, order, selected))",
      "firstEdges(graph, order, selected)",
    ]),
    ...mutantsOf(`${folder}/stage/find-circuit.ts`, "drawCircuits", [
      "sizeOf(set), seededRandom",
      "set.length >> 2, seededRandom",
    ]),
    ...mutantsOf(`${folder}/stage/find-circuit.ts`, "mean", ["sum / values.length", "sum"]),
    ...mutantsOf(`packages/graph/src/select/prune.ts`, "countNodes", [
      "present[graph.sourceOf(edge)] = 1;",
      "",
    ]),
    ...mutantsOf(`packages/graph/src/select/random.ts`, "randomCircuit", [
      "prune(graph, firstEdges(graph, order, low))",
      "firstEdges(graph, order, low)",
    ]),
    ...mutantsOf(`packages/graph/src/select/random.ts`, "trim", [
      "outgoing[source] === 1",
      "outgoing[source] === 0",
    ]),
  ],
};
