import { type Ops, openBackend } from "@ft/backend";
import { createGraph, type EdgeScores, type EdgeSet, type Graph } from "@ft/graph";
import { graphShape, initializeModel, type Model } from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAllClose } from "../../../backend/src/testing/all-close.ts";
import { gptNeoxConfig } from "../../../model/src/testing/gpt-neox-config.ts";
import { evaluateCircuits } from "../evaluation/evaluate-circuits.ts";
import { metrics } from "../metrics/index.ts";
import type { Pair } from "../pairs/pair.ts";
import { type AttributionOptions, attribute, attributionCost, scoreGraph } from "./attribute.ts";
import { methodNames } from "./methods/index.ts";

const small = { dModel: 12, heads: 3, dMlp: 20, vocabulary: 20, maxPositions: 8, initializerRange: 0.4 };

/** Prompts that share beginnings, of unequal length, one of a single token. */
const pairs: Pair[] = [
  { clean: [5, 9, 1, 3], corrupted: [5, 9, 2, 3], answer: 7, wrong: 4 },
  { clean: [5, 9, 1, 6], corrupted: [5, 9, 8, 3], answer: 8, wrong: 4 },
  { clean: [5, 11], corrupted: [5, 12], answer: 8, wrong: 1 },
  { clean: [3], corrupted: [4], answer: 9, wrong: 2 },
];

/** Float32 in another order of sums. */
const ROUNDING = { relative: 1e-4 };
/** The difference of two float32 metrics, each far larger than the effect of an edge. */
const DIFFERENCE = { relative: 1e-3 };

const shapes = [true, false].flatMap((parallel) => [1, 2].map((layers) => ({ parallel, layers })));

describe.each(shapes)("$layers layers, parallel $parallel", ({ parallel, layers }) => {
  let ops: Ops;
  let model: Model;
  let graph: Graph;
  beforeAll(async () => {
    ops = await openBackend();
    model = initializeModel(gptNeoxConfig({ ...small, parallel, layers }), 3);
    graph = createGraph(graphShape(model.config));
  });
  const score = (options: AttributionOptions): EdgeScores => attribute(ops, model, pairs, options);
  const combine = (...terms: [number, EdgeScores][]) =>
    terms[0]![1].map((_, edge) => terms.reduce((sum, [factor, scores]) => sum + factor * scores[edge]!, 0));
  const metric = "logit-diff";

  test("a path of one step that ends at the clean prompt is EAP", () => {
    expectAllClose(score({ metric, steps: 1 }), score({ method: "eap", metric }), ROUNDING);
  });

  test("the two grids differ by the ends of the path", () => {
    const [steps, eap] = [4, score({ method: "eap", metric })];
    const grids = combine(
      [steps, score({ metric, steps })],
      [-steps, score({ metric, steps, grid: "library" })],
    );
    const ends = combine([1, eap], [-1, score({ metric, steps: 1, grid: "library" })]);
    expectAllClose(grids, ends, ROUNDING);
  });

  test("clean-corrupted is the mean of EAP and of a step at the corrupted prompt", () => {
    const ends = combine(
      [1 / 2, score({ method: "eap", metric })],
      [1 / 2, score({ metric, steps: 1, grid: "library" })],
    );
    expectAllClose(score({ method: "clean-corrupted", metric }), ends, ROUNDING);
  });

  test.each<AttributionOptions>([{ metric }, { metric: "kl", reference: "corrupted" }])(
    "one step along activations is EAP without the gradient into the output that is a constant: %j",
    (options) => {
      const along = score({ ...options, method: "eap-ig-activations", steps: 1 });
      const eap = score({ ...options, method: "eap" });
      const outputs = 2 * layers + 1;
      const into = (destination: number, scores: EdgeScores) =>
        scores.filter((_, edge) => graph.destinationOf[edge] === destination);
      const { logitsDestination: logits } = graph;
      expectAllClose(into(logits, along), into(logits, eap), ROUNDING);
      // Of the 2 L + 1 paths, that of the last MLP itself lacks the gradient at its input.
      const mlp = graph.mlpDestination(layers - 1);
      const lacking = into(mlp, eap).map((value) => ((outputs - 1) / outputs) * value);
      expectAllClose(into(mlp, along), lacking, ROUNDING);
    },
  );

  describe.each(["kl", "probability"])("exact patching by %s", (metric) => {
    const lossSign = metrics.find(({ name }) => name === metric)!.lossSign;
    const reference = "corrupted";
    const options: AttributionOptions = {
      method: "exact",
      metric,
      ...(lossSign > 0 && { reference }),
    };
    /** The change of the mean loss for each of some circuits that lack edges. */
    const effects = (count: number, lacks: (circuit: number, edge: number) => boolean): number[] => {
      const sets = Array.from(
        { length: count },
        (_, circuit): EdgeSet => graph.emptySet().map((_, edge) => (lacks(circuit, edge) ? 0 : 1)),
      );
      const { model: whole, circuits } = evaluateCircuits(ops, model, pairs, sets, { metric });
      return circuits.map(
        (circuit) =>
          circuit.metric.reduce((sum, value, i) => sum + lossSign * (value - whole.metric[i]!), 0) /
          pairs.length,
      );
    };

    test("is the evaluation of the circuit of all edges but one, of a node of that without any edge out of it", () => {
      const { edges, nodes } = scoreGraph(ops, model, pairs, options);
      expectAllClose(
        edges,
        effects(graph.edges, (one, edge) => one === edge),
        DIFFERENCE,
      );
      expectAllClose(
        nodes,
        effects(graph.sources, (one, edge) => graph.sourceOf[edge] === one),
        DIFFERENCE,
      );
    });
  });

  test("a divergence from the clean run grows by whatever is patched", () => {
    const { edges, nodes } = scoreGraph(ops, model, pairs, { method: "exact" });
    expect(Math.min(...edges, ...nodes)).toBeGreaterThan(-1e-6);
    expect(Math.max(...edges)).toBeGreaterThan(1e-4);
  });

  describe.each(methodNames)("%s", (method) => {
    test("has the same scores with and without shared prefixes", () => {
      for (const metric of ["js", "logit-diff"]) {
        const apart = scoreGraph(ops, model, pairs, { method, metric, share: false });
        const together = scoreGraph(ops, model, pairs, { method, metric });
        expectAllClose(together.edges, apart.edges, DIFFERENCE);
        expectAllClose(together.nodes, apart.nodes, DIFFERENCE);
      }
    });

    test("scores all pairs as the mean of each alone", () => {
      const together = scoreGraph(ops, model, pairs, { method, metric });
      const apart = pairs.map((pair) => scoreGraph(ops, model, [pair], { method, metric }));
      const mean = (of: (own: (typeof apart)[number]) => EdgeScores) =>
        of(together).map((_, i) => apart.reduce((sum, own) => sum + of(own)[i]! / pairs.length, 0));
      expectAllClose(
        together.edges,
        mean(({ edges }) => edges),
        DIFFERENCE,
      );
      expectAllClose(
        together.nodes,
        mean(({ nodes }) => nodes),
        DIFFERENCE,
      );
    });

    test("leaks no tensor", () => {
      const before = ops.liveTensors;
      scoreGraph(ops, model, pairs, { method });
      expect(ops.liveTensors).toBe(before);
    });
  });
});

test("the cost of patching is the part of the passes behind each edge's end", () => {
  // Of 42 edges, 7 end in the first layer and 28 in the second; those to the logits need no layer: 7 + 28 / 2.
  const graph = createGraph({ layers: 2, heads: 2, parallel: true });
  expect(attributionCost(graph, { method: "exact" })).toBe(
    "exact patches 42 edges and 7 nodes one by one: about 21 forward passes",
  );
  expect(attributionCost(graph, {})).toBeUndefined();
});
