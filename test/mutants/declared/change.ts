/** Change between circuits: of nodes and edges, by edge, and by layer. */
import { type Area, mutantsOf } from "../mutant.ts";

export const change: Area = {
  name: "change",
  tests: [
    "packages/graph/src",
    "packages/circuits/src/select",
    "packages/circuits/src/union",
    "packages/lora/src",
  ],
  mutants: [
    ...mutantsOf(
      "packages/graph/src/compare/set-comparison.ts",
      "compareSets",
      ["before.size + added.length", "before.size + after.size"],
      ["(before.size - removed.length) / union", "(after.size - removed.length) / union"],
      ["union === 0 ? 1", "union === 0 ? 0"],
    ),
    ...mutantsOf("packages/graph/src/compare/set-comparison.ts", "changeRate", [
      "added.length + removed.length",
      "added.length",
    ]),
    ...mutantsOf(
      "packages/graph/src/circuit.ts",
      "collapse",
      ["(sums.get(pair) ?? 0) + scores[edge]!", "scores[edge]!"],
      ["if (!edges[edge]) continue;", ""],
    ),
    ...mutantsOf(
      "packages/graph/src/combine.ts",
      "combineCollapsed",
      ["Math.abs(y) - Math.abs(x)", "y - x"],
      [".slice(0, most)", ""],
      ["|| i - j", "|| j - i"],
    ),
    ...mutantsOf(
      "packages/graph/src/combine.ts",
      "combineScores",
      ["(sum, score) => sum + score, 0) / scores.length", "(sum, score) => sum + score, 0)"],
      ['how === "union" ? 1 : circuits.length', "1"],
      ["scores.length >= least", "scores.length > least"],
    ),
    ...mutantsOf(
      "packages/graph/src/combine.ts",
      "combineCircuits",
      ["scores[edge]!, 0) / holders", "scores[edge]!, 0) / owners.length"],
      ["circuit.edges.has(pair)", "true"],
      ["|| !kept.has(pair)", ""],
    ),
    ...mutantsOf(
      "packages/graph/src/combine.ts",
      "combineNodes",
      ["ends.has(node) || node === 0 || node === logits", "ends.has(node)"],
      ["ends.has(node) || node === 0", "true || node === 0"],
    ),
    ...mutantsOf(
      "packages/graph/src/rows.ts",
      "circuitOfRow",
      ["last >= graph.edges", "last > graph.edges"],
      ["row.scores[i]!", "row.scores[0]!"],
    ),
    ...mutantsOf("packages/graph/src/rows.ts", "graphOfRow", ["!latest?.equals(row)", "!latest"]),
    ...mutantsOf("packages/graph/src/rows.ts", "scoresOfRow", [
      "nodeScores.length, graph.sources",
      "nodeScores.length, graph.nodes",
    ]),
    ...mutantsOf("packages/graph/src/read-circuits.ts", "mainChoice", ["isControl(row.rule)", "false"]),
    ...mutantsOf(
      "packages/graph/src/compare/circuit-change.ts",
      "changeRows",
      ['row("previous", circuits[i]!, to)', 'row("previous", first, to)'],
      ["compare(from.circuit, to.circuit, first.circuit)", "compare(from.circuit, to.circuit, from.circuit)"],
    ),
    ...mutantsOf(
      "packages/graph/src/compare/circuit-change.ts",
      "compare",
      [
        "countAt(from.graph, edges.added, new Set(nodes.added))",
        "countAt(from.graph, edges.added, new Set(nodes.removed))",
      ],
      [
        "countAt(from.graph, edges.removed, new Set(nodes.removed))",
        "countAt(from.graph, edges.removed, new Set(nodes.added))",
      ],
    ),
    ...mutantsOf("packages/graph/src/compare/circuit-change.ts", "countAt", [
      "nodes.has(source) || nodes.has(destination)",
      "nodes.has(source)",
    ]),
    ...mutantsOf(
      "packages/graph/src/compare/compared-pairs.ts",
      "comparedPairs",
      ["first.step < last.step", "true"],
      ["whole.slice(1)", "whole"],
      ["other.step === one.step", "true"],
      ["isSameRun({ ...other, seed: one.seed }, one)", "true"],
      ["i % 2 === 0", "true"],
      ["own.slice(i + 1)", "own.slice(i)"],
    ),
    ...mutantsOf(
      "packages/graph/src/compare/compared-pairs.ts",
      "transitionsOf",
      ["checkpoints.length < 3", "checkpoints.length < 2"],
      ["checkpoints[i]!", "checkpoints[0]!"],
    ),
    ...mutantsOf(
      "packages/graph/src/compare/compared-pairs.ts",
      "agreement",
      ["changeRate(nodes, first.nodes.size)", "changeRate(nodes, one.nodes.size)"],
      ["changeRate(edges, first.edges.size)", "changeRate(edges, one.edges.size)"],
    ),
    ...mutantsOf(
      "packages/graph/src/compare/chance.ts",
      "chanceModels",
      ["value * Math.exp(strength * random.normal())", "value + strength * random.normal()"],
      ["nodeScores: jitter(nodeScores)", "nodeScores"],
      ["members.slice(0, replaced)", "members.slice(0, 0)"],
      ["Math.round(strength * members.length)", "Math.round(strength * others.length)"],
      ["return prune(graph, edges)", "return edges"],
    ),
    ...mutantsOf("packages/graph/src/compare/chance.ts", "calibrate", [
      "change(middle) < target",
      "change(middle) > target",
    ]),
    ...mutantsOf(
      "packages/graph/src/compare/chance.ts",
      "imitate",
      ["agreement(before, to.circuit, first)", "agreement(before, to.circuit, before)"],
      ["collapse({ graph, edges, scores }), first)", "collapse({ graph, edges, scores }), before)"],
      ["/ CALIBRATION_DRAWS", "/ (2 * CALIBRATION_DRAWS)"],
      ["calibrate(meanChange, target, model.most)", "calibrate(meanChange, target / 2, model.most)"],
      ["String(i + 1)", '"1"'],
    ),
    ...mutantsOf(
      "packages/circuits/src/select/main-circuits.ts",
      "commonRows",
      ["member & other.edges[edge]!", "member | other.edges[edge]!"],
      ["own.at(-1)!.row", "own[1]!.row"],
    ),
    ...mutantsOf("packages/circuits/src/select/main-circuits.ts", "comparisonsOf", [
      'one.sample === "all" && isSameCheckpoint(one, from)',
      'one.sample === "all" && isSameCheckpoint(one, start)',
    ]),
    ...mutantsOf(
      "packages/circuits/src/select/main-circuits.ts",
      "comparisonsOf",
      [
        'one.sample === "all" && isSameCheckpoint(one, from)',
        'one.sample === "all" && isSameCheckpoint(one, to)',
      ],
      ["imitated(from, to, transitionChance,", "imitated(from, to, chance,"],
    ),
    ...mutantsOf(
      "packages/graph/src/compare/edge-change.ts",
      "edgeChanges",
      [
        "Math.abs((after.edges.get(edge) ?? 0) - score)",
        "Math.abs(after.edges.get(edge) ?? 0) - Math.abs(score)",
      ],
      ["(after.edges.get(edge) ?? 0)", "(after.edges.get(edge) ?? score)"],
      ["changes.set(edge, Math.abs(score))", "changes.set(edge, score)"],
      ["checkSameGraph(before.graph, after.graph);", ""],
    ),
    ...mutantsOf(
      "packages/graph/src/layers/layer-sums.ts",
      "layerSums",
      ['rule === "source-without-input" && source === 0', "source === 0"],
      ['rule === "destination" ? to : from', "from"],
      ["change / 2 : change", "change : change"],
    ),
    ...mutantsOf("packages/graph/src/layers/layer-sums.ts", "layerOf", [
      "return graph.layers - 1",
      "return 0",
    ]),
    ...mutantsOf(
      "packages/graph/src/layers/layer-sums.ts",
      "rankLayers",
      [
        "|| a.layer - b.layer",
        "",
        "the layers are listed in ascending order and sorting is stable, so equal sums keep that order",
      ],
      ["b.change - a.change", "a.change - b.change"],
    ),
    ...mutantsOf("packages/lora/src/run-changes.ts", "readRunChanges", [
      "circuits.findLast(",
      "circuits.find(",
    ]),
    ...mutantsOf(
      "packages/circuits/src/union/run.ts",
      "run",
      ["config.edges ?? reference.collapsedEdges", "reference.collapsedEdges"],
      ["whole ? labelled.rows[end] : largest", "largest"],
      ["own.length < parts.length", "own.length < 1"],
    ),
    ...mutantsOf("packages/circuits/src/union/run.ts", "largest", [
      "row.collapsedEdges > most.collapsedEdges",
      "row.collapsedEdges < most.collapsedEdges",
    ]),
    ...mutantsOf("packages/circuits/src/union/run.ts", "readEnds", ["own.at(-1)!", "own[1]!"]),
    ...mutantsOf(
      "packages/circuits/src/union/run.ts",
      "firstRandomRows",
      ["index === 1", "index === 2"],
      ["random.length === found.length", "true"],
    ),
  ],
};
