/** Selection and evaluation of circuits. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/circuits/src";

export const evaluation: Area = {
  name: "evaluation",
  tests: [
    "packages/circuits/src/evaluation",
    "packages/graph/src/measures",
    "packages/graph/src/select",
    "packages/circuits/src/select",
    "packages/circuits/src/evaluate",
    "packages/circuits/src/admit",
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
      `${folder}/evaluation/judge.ts`,
      "judge",
      ["faithfulness(modelMetric, circuitMetric)", "faithfulness(circuitMetric, modelMetric)"],
      ["modelAccuracy: mean(model.exactMatch)", "modelAccuracy: mean(circuit.exactMatch)"],
    ),
    ...mutantsOf(`${folder}/evaluation/judge.ts`, "mean", ["sum / values.length", "sum"]),
    ...mutantsOf(
      `${folder}/evaluation/evaluate-circuits.ts`,
      "inParts",
      ["part.length > 0 || parts === 0", "part.length > 0"],
      ["part.length < size", "part.length <= size"],
    ),
    ...mutantsOf(
      `${folder}/select/circuit-rows.ts`,
      "circuitRows",
      ["topCircuit(graph, order, selected)", "topCircuit(graph, order, selected - 1)"],
      ["randomCircuit(graph, length, ", "randomCircuit(graph, length >> 1, "],
      ["seededRandom(seed, purpose)", "seededRandom(seed, String(index))"],
    ),
    ...mutantsOf(`${folder}/select/run.ts`, "sizesAt", [
      "onCurve ? [fraction, ...fractions]",
      "true ? [fraction, ...fractions]",
    ]),
    ...mutantsOf(
      `${folder}/evaluate/models.ts`,
      "modelOf",
      ["own.at(-1)!", "own[0]!"],
      ['choice === "own" ? circuit.step : choice', "circuit.step"],
    ),
    ...mutantsOf(`${folder}/evaluate/run.ts`, "openSources", ["|| stage !== runs.stage", ""]),
    ...mutantsOf(
      `${folder}/admit.ts`,
      "admitScores",
      ["checkGraph(row, graph, file);", ""],
      ["isThere(row);", ""],
      ["scoresOfRow(row, file);", ""],
    ),
    ...mutantsOf(
      `${folder}/admit.ts`,
      "checkCircuits",
      ["row.nodes !== nodes.size ||", ""],
      ["circuits.has(circuitText(row, step))", "true"],
    ),
    ...mutantsOf("packages/graph/src/measures/curve.ts", "trapezoids", [
      "(before.value + value)) / 2",
      "value)",
    ]),
    ...mutantsOf(
      "packages/graph/src/measures/curve.ts",
      "faithfulnessCurve",
      ["(metric - empty) / (model - empty)", "metric / model"],
      ["Math.abs(1 - value)", "1 - value"],
      ["a.fraction - b.fraction", "0"],
    ),
    ...mutantsOf("packages/graph/src/measures/overlap.ts", "overlap", [
      "shareOfFirst: share(first.size)",
      "shareOfFirst: share(second.size)",
    ]),
    ...mutantsOf(`packages/graph/src/select/prune.ts`, "countNodes", [
      "present[graph.sourceOf[edge]!] = 1;",
      "",
    ]),
    ...mutantsOf(`packages/graph/src/select/random.ts`, "randomCircuit", [
      "topCircuit(graph, order, low)",
      "firstEdges(graph, order, low)",
    ]),
    ...mutantsOf(`packages/graph/src/select/random.ts`, "trim", [
      "outgoing[source] === 1",
      "outgoing[source] === 0",
    ]),
  ],
};
