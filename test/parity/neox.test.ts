/**
 * Attribution and circuit evaluation against an independent implementation, on a random GPT-NeoX;
 * test/fixtures/parity-neox says how its numbers were made and how they were checked against the paper's code.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Ops, openBackend } from "@ft/backend";
import { type AttributionOptions, attribute, evaluateCircuits, type Pair } from "@ft/circuits";
import {
  createGraph,
  type EdgeScores,
  type EdgeSet,
  edgesIn,
  firstEdges,
  GraphNames,
  prune,
  rankEdges,
} from "@ft/graph";
import { batchLogits, type LoadedModel, layOut, loadDecoder, loadModel, openSafetensors } from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";

interface Expected {
  pairs: { clean: number[]; corrupted: number[]; label: number; wrong: number }[];
  /** The order of every vector of scores. */
  edges: string[];
  /** Edges by name before and after pruning. */
  circuits: Record<string, { top: string[]; edges: string[] }>;
}

/** Largest difference over largest value, float32 here against float64 there, through three layers and back. */
const PARITY = 1e-4;

const folder = join(import.meta.dirname, "../fixtures/parity-neox");
const expected: Expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
const tensors = openSafetensors(join(folder, "expected.safetensors"));
const pairs: Pair[] = expected.pairs.map(({ label, ...pair }) => ({ ...pair, answer: label }));

/** Every vector of scores and the options that yield it. */
const scored = (["logit-diff", "kl"] as const).flatMap<[string, AttributionOptions]>((metric) => [
  [`eap.${metric}.library`, { method: "eap", metric, normalize: "library" }],
  [`eap-ig.${metric}.paper-grid.library`, { metric, normalize: "library" }],
  [`eap-ig.${metric}.paper-grid.library.batches-of-6`, { metric, normalize: "library", libraryBatch: 6 }],
  [`eap-ig.${metric}.paper-grid.mean`, { metric }],
  [`eap-ig.${metric}.library-grid.library`, { metric, grid: "library", normalize: "library" }],
]);

function expectClose(actual: ArrayLike<number>, name: string) {
  const wanted = tensors.read(name).data;
  expect(actual.length).toBe(wanted.length);
  const largest = Math.max(...wanted.map(Math.abs));
  const difference = Math.max(...wanted.map((value, i) => Math.abs(value - actual[i]!)));
  expect(difference / largest).toBeLessThan(PARITY);
}

test("every vector of scores in the fixture is compared", () => {
  const names = [...tensors.tensors.keys()].filter((name) => name.startsWith("eap"));
  expect(scored.map(([name]) => name).sort()).toEqual(names.sort());
});

describe.each(["native", "tfjs", "wasm"] as const)("parity on %s", (backend) => {
  let ops: Ops;
  let model: LoadedModel;
  beforeAll(async () => {
    ops = await openBackend({ backend });
    model = await loadModel(folder);
  });
  const graph = createGraph({ layers: 3, heads: 4, parallel: true });
  const edgeNames = new GraphNames(graph);

  const expectScores = (scores: EdgeScores, name: string) => {
    expect(expected.edges).toHaveLength(graph.edges);
    expectClose(
      expected.edges.map((edge) => scores[edgeNames.edgeIndex(edge)]!),
      name,
    );
  };
  const names = (set: EdgeSet) =>
    edgesIn(set)
      .map((edge) => edgeNames.edge(edge))
      .sort();

  for (const share of [true, false]) {
    describe(`prefixes ${share ? "shared" : "not shared"}`, () => {
      test("last-position logits", () => {
        const { decoder, dispose } = loadDecoder(ops, model.config, model.weights);
        for (const variant of ["clean", "corrupted"] as const) {
          const rows = pairs.map((pair) => ({
            tokens: pair[variant],
            targets: [{ position: pair[variant].length - 1, token: 0 }],
          }));
          const logits = ops.read(batchLogits(ops, decoder, layOut(rows, share)));
          expectClose(logits, `logits.${variant}`);
        }
        dispose();
      });

      test.each(scored)("scores %s", (name, options) => {
        expectScores(attribute(ops, model, pairs, { ...options, share }), name);
      });

      test("circuits of the top 10% and 40%: their edges, logits and metrics", () => {
        const scores = attribute(ops, model, pairs, { metric: "logit-diff", share });
        const wanted = Object.entries(expected.circuits);
        const circuits = wanted.map(([, { top, edges }]) => {
          const first = firstEdges(graph, rankEdges(graph, scores), top.length);
          expect(names(first)).toEqual([...top].sort());
          const circuit = prune(graph, first);
          expect(names(circuit)).toEqual([...edges].sort());
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

      test("all edges are the clean run and no edge is the corrupted run", () => {
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
