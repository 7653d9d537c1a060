/**
 * Attribution, circuit evaluation and gradients against an independent implementation, on random GPT-NeoX models of
 * parallel and of sequential blocks; test/fixtures/parity-neox says how the numbers were made and how they were checked
 * against transformers and the paper's code.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Ops, openBackend } from "@ft/backend";
import { type AttributionOptions, attribute, evaluateCircuits, type Pair, scoreGraph } from "@ft/circuits";
import {
  createGraph,
  type EdgeScores,
  firstEdges,
  type Graph,
  GraphNames,
  prune,
  rankEdges,
  setOf,
} from "@ft/graph";
import { createTrainable, graphShape, type LoadedModel, layOut, loadModel, openSafetensors } from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { differences, inOrder, lastLogits, namesIn } from "./fixture.ts";

interface Expected {
  pairs: { clean: number[]; corrupted: number[]; label: number; wrong: number }[];
  /** The order of every vector of scores. */
  edges: string[];
  /** Edges by name before and after pruning. */
  circuits: Record<string, { top: string[]; edges: string[] }>;
}

/** Largest difference over largest value, float32 here against float64 there, through three layers and back. */
const PARITY = 1e-4;

const fixtures = (["parity-neox", "parity-neox-sequential"] as const).map((name) => {
  const folder = join(import.meta.dirname, "../fixtures", name);
  const expected: Expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
  return {
    name,
    folder,
    expected,
    pairs: expected.pairs.map(({ label, ...pair }): Pair => ({ ...pair, answer: label })),
    tensors: openSafetensors(join(folder, "expected.safetensors")),
    ablated: openSafetensors(join(folder, "ablations.safetensors")),
    methods: openSafetensors(join(folder, "methods.safetensors")),
  };
});

/** Every vector of scores and the options that yield it. */
const scored = (["logit-diff", "kl"] as const).flatMap<[string, AttributionOptions]>((metric) => [
  [`eap.${metric}.library`, { method: "eap", metric, normalize: "library" }],
  [`eap-ig.${metric}.paper-grid.library`, { metric, normalize: "library" }],
  [`eap-ig.${metric}.paper-grid.library.batches-of-6`, { metric, normalize: "library", libraryBatch: 6 }],
  [`eap-ig.${metric}.paper-grid.mean`, { metric }],
  [`eap-ig.${metric}.library-grid.library`, { metric, grid: "library", normalize: "library" }],
]);

/** The differences of two float32 losses, each far larger than the effect of an edge, relative to the largest effect. */
const EXACT = 1e-3;

const runs = (["native", "tfjs", "wasm"] as const).flatMap((backend) =>
  fixtures.map((fixture) => ({ backend, ...fixture })),
);

describe.each(runs)("parity on $backend with $name", ({ backend, folder, expected, pairs, ...files }) => {
  const { tensors, ablated, methods } = files;
  let ops: Ops;
  let model: LoadedModel;
  let graph: Graph;
  let edgeNames: GraphNames;
  beforeAll(async () => {
    ops = await openBackend({ backend });
    model = await loadModel(folder);
    graph = createGraph(graphShape(model.config));
    edgeNames = new GraphNames(graph);
  });

  const expectClose = (actual: ArrayLike<number>, name: string, file = tensors, tolerance = PARITY) => {
    expect(differences(actual, file, name).largest, name).toBeLessThan(tolerance);
  };

  const ordered = (scores: EdgeScores) => inOrder(scores, expected.edges, edgeNames);
  const expectScores = (scores: EdgeScores, name: string) => expectClose(ordered(scores), name);

  const gradientNames = [...tensors.tensors.keys()].filter((name) => name.startsWith("gradient."));

  test("every vector of scores in the fixture is compared", () => {
    const names = [...tensors.tensors.keys()].filter((name) => name.startsWith("eap"));
    expect(scored.map(([name]) => name).sort()).toEqual(names.sort());
  });

  const others = [...methods.tensors.keys()].filter((name) => name.endsWith(".edges"));
  // Patching edge by edge is slow without native kernels, and adds no operation to those tested here and there.
  const tested = others.filter((name) => backend === "native" || !name.startsWith("exact"));
  test.each(tested)("scores of edges, %s, and of nodes by the gradient at their outputs", (file) => {
    const [method, metric, ablation] = file.split(".") as [string, string, string];
    const { edges, nodes } = scoreGraph(ops, model, pairs, { method, metric, ablation });
    const tolerance = method === "exact" ? EXACT : PARITY;
    expectClose(ordered(edges), file, methods, tolerance);
    expectClose(nodes, file.replace("edges", "nodes"), methods, tolerance);
  });

  for (const share of [true, false]) {
    describe(`prefixes ${share ? "shared" : "not shared"}`, () => {
      test("last-position logits", () => {
        for (const variant of ["clean", "corrupted"] as const) {
          const prompts = pairs.map((pair) => pair[variant]);
          expectClose(lastLogits(ops, model, prompts, share), `logits.${variant}`);
        }
      });

      if (gradientNames.length > 0)
        test("the loss of training and its gradient for every weight", () => {
          const examples = pairs.map(({ clean, answer }) => ({
            tokens: clean,
            targets: [{ position: clean.length - 1, token: answer }],
          }));
          const trainable = createTrainable(ops, model, { kind: "full", modules: [] }, 1);
          ops.scope(() => {
            const { loss, gradients } = trainable.lossAndGradients(layOut(examples, share));
            expectClose([loss], "loss");
            const names = [...gradients.keys()].map((name) => `gradient.${name}`);
            expect(names.sort()).toEqual([...gradientNames].sort());
            for (const [name, gradient] of gradients) expectClose(ops.read(gradient), `gradient.${name}`);
          });
          trainable.dispose();
        });

      test.each(scored)("scores %s", (name, options) => {
        expectScores(attribute(ops, model, pairs, { ...options, share }), name);
      });

      test("circuits of the top 10% and 40%: their edges, logits and metrics", () => {
        const scores = attribute(ops, model, pairs, { metric: "logit-diff", share });
        const wanted = Object.entries(expected.circuits);
        const circuits = wanted.map(([, { top, edges }]) => {
          const first = firstEdges(graph, rankEdges(graph, scores), top.length);
          expect(namesIn(first, edgeNames)).toEqual([...top].sort());
          const circuit = prune(graph, first);
          expect(namesIn(circuit, edgeNames)).toEqual([...edges].sort());
          return circuit;
        });
        const byKl = evaluateCircuits(ops, model, pairs, circuits, { metric: "kl", logits: true, share });
        const byDifference = evaluateCircuits(ops, model, pairs, circuits, { metric: "logit-diff", share });
        wanted.forEach(([name], i) => {
          expectClose(byKl.circuits[i]!.logits!, `${name}.logits`);
          expectClose(byKl.circuits[i]!.metric, `${name}.kl`);
          expectClose(byDifference.circuits[i]!.metric, `${name}.logitDifference`);
        });
        expectClose(byKl.model.metric, "model.kl");
        expectClose(byDifference.model.metric, "model.logitDifference");
      });

      test.each(["zero", "mean", "mean-positional"])("circuits under %s ablation", (ablation) => {
        const wanted = Object.entries(expected.circuits);
        const circuits = wanted.map(([, { edges }]) =>
          setOf(
            graph,
            edges.map((edge) => edgeNames.edgeIndex(edge)),
          ),
        );
        const options = { ablation, share };
        const byKl = evaluateCircuits(ops, model, pairs, circuits, options);
        const byDifference = evaluateCircuits(ops, model, pairs, circuits, {
          ...options,
          metric: "logit-diff",
        });
        wanted.forEach(([name], i) => {
          expectClose(byKl.circuits[i]!.metric, `${name}.${ablation}.kl`, ablated);
          expectClose(byDifference.circuits[i]!.metric, `${name}.${ablation}.logitDifference`, ablated);
        });
        expectClose(byKl.model.metric, "model.kl");
        const empty = evaluateCircuits(ops, model, pairs, [graph.emptySet()], { ...options, logits: true });
        const { vocabulary } = model.config;
        const first = empty.circuits[0]!.logits!.subarray(0, vocabulary);
        expectClose(first, `empty.${ablation}.logits`, ablated);
      });

      test("the circuit of all edges gives the clean output and the empty one the corrupted output", () => {
        const all = graph.emptySet().fill(1);
        const { circuits } = evaluateCircuits(ops, model, pairs, [all, graph.emptySet()], {
          logits: true,
          share,
        });
        expectClose(circuits[0]!.logits!, "logits.clean");
        expectClose(circuits[1]!.logits!, "logits.corrupted");
      });
    });
  }
});
