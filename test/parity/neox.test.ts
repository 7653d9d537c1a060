/** Against the reference implementations of attribution and circuit evaluation, on a random GPT-NeoX. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createGraph, type EdgeScores, type EdgeSet, GraphNames } from "@ft/artifacts";
import {
  type AttributionOptions,
  attribute,
  evaluateCircuits,
  firstEdges,
  type Pair,
  prune,
  rankEdges,
} from "@ft/circuits";
import {
  batchLogits,
  type LoadedModel,
  layOut,
  loadDecoder,
  loadModel,
  type Ops,
  openBackend,
} from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { reference, titled } from "./reference.ts";

interface Circuit {
  n_top: number;
  top_edges_before_prune: string[];
  edges_in_graph: string[];
  nodes_in_graph: string[];
  logitdiff_per_example: number[];
  kl_per_example: number[];
  logits: number[][];
}
interface Expected {
  logits_clean_tl: number[][];
  logits_corrupted_tl: number[][];
  eap_logitdiff: Record<string, number>;
  eap_kl: Record<string, number>;
  eapig5_logitdiff: Record<string, number>;
  eapig5_kl: Record<string, number>;
  eapig5_logitdiff_batches_6_6_4: Record<string, number>;
  circuits: { top10pct: Circuit; top40pct: Circuit };
  baseline_logitdiff_per_example: number[];
  baseline_kl_vs_corrupted_per_example: number[];
}

/** Largest difference over largest value, float32 here against float64 there, through three layers forth and back. */
const PARITY = 1e-4;

const folder = reference("parity-neox");
const file = folder && JSON.parse(readFileSync(join(folder, "expected-paper-code.json"), "utf8"));
const expected: Expected = file?.float64;
const pairs: Pair[] = (file?.pairs ?? []).map(
  (pair: { clean: number[]; corrupted: number[]; label: number; wrong: number }) => ({
    clean: pair.clean,
    corrupted: pair.corrupted,
    answer: pair.label,
    wrong: pair.wrong,
  }),
);

function expectClose(actual: ArrayLike<number>, wanted: readonly number[]) {
  expect(actual.length).toBe(wanted.length);
  const largest = Math.max(...wanted.map(Math.abs));
  const difference = Math.max(...wanted.map((value, i) => Math.abs(value - actual[i]!)));
  expect(difference / largest).toBeLessThan(PARITY);
}

describe.skipIf(!folder).each(["native", "tfjs", "wasm"] as const)(
  titled("parity on %s", "parity-neox"),
  (backend) => {
    let ops: Ops;
    let model: LoadedModel;
    beforeAll(async () => {
      ops = await openBackend({ backend });
      model = await loadModel(folder!);
    });
    const graph = createGraph({ layers: 3, heads: 4 });
    const edgeNames = new GraphNames(graph);

    const expectScores = (scores: EdgeScores, wanted: Record<string, number>) => {
      const names = Object.keys(wanted);
      expect(names.length).toBe(graph.edges);
      expectClose(
        names.map((name) => scores[edgeNames.edgeIndex(name)]!),
        Object.values(wanted),
      );
    };
    const names = (set: EdgeSet) =>
      [...graph.existing]
        .filter((edge) => set[edge] === 1)
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
            expectClose(logits, expected[`logits_${variant}_tl`].flat());
          }
          dispose();
        });

        test.each<[keyof Expected, AttributionOptions]>([
          ["eap_logitdiff", { method: "eap", metric: "logit-diff" }],
          ["eap_kl", { method: "eap", metric: "kl" }],
          ["eapig5_logitdiff", { method: "eap-ig", metric: "logit-diff" }],
          ["eapig5_kl", { method: "eap-ig", metric: "kl" }],
          ["eapig5_logitdiff_batches_6_6_4", { method: "eap-ig", metric: "logit-diff", libraryBatch: 6 }],
        ])("%s", (key, options) => {
          const scores = attribute(ops, model, pairs, { ...options, normalize: "library", share });
          expectScores(scores, expected[key] as Record<string, number>);
        });

        test("circuits of the top 10% and 40%: their edges, nodes, logits and metrics", () => {
          const scores = attribute(ops, model, pairs, { metric: "logit-diff", share });
          const wanted = Object.values(expected.circuits);
          const circuits = wanted.map(({ n_top, top_edges_before_prune, edges_in_graph }) => {
            const top = firstEdges(graph, rankEdges(edgeNames, scores), n_top);
            expect(names(top)).toEqual([...top_edges_before_prune].sort());
            const circuit = prune(graph, top);
            expect(names(circuit)).toEqual([...edges_in_graph].sort());
            return circuit;
          });
          const byKl = evaluateCircuits(ops, model, pairs, circuits, { metric: "kl", logits: true, share });
          const byDifference = evaluateCircuits(ops, model, pairs, circuits, { metric: "logit-diff", share });
          wanted.forEach(({ kl_per_example, logitdiff_per_example, logits }, i) => {
            expectClose(byKl.circuits[i]!.logits!, logits.flat());
            expectClose(byKl.circuits[i]!.metric, kl_per_example);
            expectClose(byDifference.circuits[i]!.metric, logitdiff_per_example);
          });
          expectClose(byKl.model.metric, expected.baseline_kl_vs_corrupted_per_example);
          expectClose(byDifference.model.metric, expected.baseline_logitdiff_per_example);
        });

        test("all edges are the clean run and no edge is the corrupted run", () => {
          const all = graph.emptySet();
          for (const edge of graph.existing) all[edge] = 1;
          const {
            model: clean,
            corrupted,
            circuits,
          } = evaluateCircuits(ops, model, pairs, [all, graph.emptySet()], { logits: true, share });
          expectClose(circuits[0]!.logits!, [...clean.logits!]);
          expectClose(circuits[1]!.logits!, [...corrupted.logits!]);
        });
      });
    }
  },
);
