import { type Ops, openBackend } from "@ft/backend";
import { createGraph, type EdgeSet, type Graph } from "@ft/graph";
import { graphShape, initializeModel, type Model } from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAllClose } from "../../../backend/src/testing/all-close.ts";
import { gptNeoxConfig } from "../../../model/src/testing/gpt-neox-config.ts";
import { attribute } from "../attribution/attribute.ts";
import { type Ablation, ablationNames } from "../counterfactual/ablations.ts";
import type { Pair } from "../pairs/pair.ts";
import { type EvaluationOptions, evaluateCircuits } from "./evaluate-circuits.ts";

const small = { dMlp: 24, vocabulary: 20, maxPositions: 8, initializerRange: 0.4 };

/** Prompts that share a beginning, of unequal length, some of a single token. */
const pairs: Pair[] = [
  { clean: [5, 9, 1, 3], corrupted: [5, 9, 2, 3], answer: 7, wrong: 4 },
  { clean: [5, 9, 1, 6], corrupted: [5, 9, 8, 3], answer: 8, wrong: 4 },
  { clean: [5, 11], corrupted: [5, 12], answer: 8, wrong: 1 },
  { clean: [3], corrupted: [4], answer: 9, wrong: 2 },
];

/** Float32 in another order of sums. */
const ROUNDING = { relative: 1e-4 };

const shapes = [true, false].flatMap((parallel) => [1, 3].map((layers) => ({ parallel, layers })));

describe.each(shapes)("circuits of $layers layers, parallel $parallel", ({ parallel, layers }) => {
  let ops: Ops;
  let model: Model;
  let graph: Graph;
  beforeAll(async () => {
    ops = await openBackend();
    model = initializeModel(gptNeoxConfig({ ...small, parallel, layers }), 3);
    graph = createGraph(graphShape(model.config));
  });
  const all = () => graph.emptySet().fill(1);

  const some = () => all().map((_, edge) => (edge % 3 === 0 ? 0 : 1));
  const run = (of: readonly Pair[], circuit: EdgeSet, options: EvaluationOptions) => {
    const {
      model: whole,
      corrupted,
      circuits,
    } = evaluateCircuits(ops, model, of, [circuit], {
      ...options,
      logits: true,
    });
    return { whole: whole.logits!, corrupted: corrupted.logits!, circuit: circuits[0]!.logits! };
  };

  test("with patching, the circuit without edges is the corrupted pass, with and without sharing", () => {
    for (const share of [true, false]) {
      const { circuit, corrupted } = run(pairs, graph.emptySet(), { share });
      expectAllClose(circuit, corrupted, ROUNDING);
    }
  });

  test.each(ablationNames)(
    "with %s, the circuit of all edges is the clean pass, and no tensor is left",
    (ablation) => {
      const patched = run(pairs, all(), {});
      for (const share of [true, false]) {
        const before = ops.liveTensors;
        const { circuit, whole, corrupted } = run(pairs, all(), { ablation, share });
        expect(ops.liveTensors).toBe(before);
        expectAllClose(circuit, whole, ROUNDING);
        expectAllClose(whole, patched.whole, ROUNDING);
        expectAllClose(corrupted, patched.corrupted, ROUNDING);
      }
    },
  );

  test.each(ablationNames)("with %s, a circuit's output does not depend on sharing", (ablation) => {
    const [shared, apart] = [true, false].map((share) => run(pairs, some(), { ablation, share }).circuit);
    expectAllClose(shared!, apart!, ROUNDING);
  });

  test("with zero and mean, the circuit without edges has one output; by position, one for each length", () => {
    const { vocabulary } = model.config;
    const outputs = (ablation: Ablation) => {
      const { circuit } = run(pairs, graph.emptySet(), { ablation });
      return pairs.map((_, i) => circuit.slice(i * vocabulary, (i + 1) * vocabulary));
    };
    for (const ablation of ["zero", "mean"] as const) {
      const [first, ...others] = outputs(ablation);
      for (const other of others) expectAllClose(other, first!, ROUNDING);
    }
    const [long, alike, ...shorter] = outputs("mean-positional");
    expectAllClose(alike!, long!, ROUNDING);
    for (const other of shorter) expect(() => expectAllClose(other, long!, ROUNDING)).toThrow();
  });

  test("a mean over what is being run changes nothing: any circuit is then the clean pass", () => {
    for (const circuit of [some(), graph.emptySet()]) {
      const positional = run([pairs[0]!], circuit, { ablation: "mean-positional" });
      expectAllClose(positional.circuit, positional.whole, ROUNDING);
      const single = run([pairs[3]!], circuit, { ablation: "mean" }); // a prompt of one token
      expectAllClose(single.circuit, single.whole, ROUNDING);
    }
  });

  test("every edge's score does not depend on sharing", () => {
    const scores = [true, false].map((share) => attribute(ops, model, pairs, { share }));
    expectAllClose(scores[0]!, scores[1]!, ROUNDING);
  });

  test("to first order, scores of the edges out of a node add up to the effect of corrupting all of them", () => {
    const near = nearlyEqual(model);
    const scores = attribute(ops, near, [CLOSE], { method: "eap", metric: "logit-diff" });
    const cut = Array.from({ length: graph.sources }, (_, source) =>
      all().map((_, edge) => (graph.sourceOf[edge] === source ? 0 : 1)),
    );
    const { model: whole, circuits } = evaluateCircuits(ops, near, [CLOSE], cut, { metric: "logit-diff" });
    const losses = circuits.map(({ metric }) => whole.metric[0]! - metric[0]!);
    const sums = new Float64Array(graph.sources);
    scores.forEach((score, edge) => {
      sums[graph.sourceOf[edge]!]! += score;
    });
    expectAllClose(sums, losses, FIRST_ORDER);
  });
});

/** Token 2 is token 1 with a small step away from it. */
const STEP = 0.004;
const CLOSE: Pair = { clean: [5, 1, 9, 3], corrupted: [5, 2, 9, 3], answer: 7, wrong: 11 };
/** Tolerance, relative to the largest sum: the second order of such a step, and float32's error in such differences. */
const FIRST_ORDER = { relative: 0.05 };

function nearlyEqual({ config, weights }: Model): Model {
  const name = "gpt_neox.embed_in.weight";
  const { shape, data } = weights.get(name)!;
  const width = shape[1]!;
  const moved = data.slice();
  for (let i = 0; i < width; i++) moved[2 * width + i] = data[width + i]! + STEP * Math.sin(7 * i);
  return { config, weights: new Map(weights).set(name, { shape, data: moved }) };
}
