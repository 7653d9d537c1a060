import { openBackend } from "@ft/backend";
import { createGraph } from "@ft/graph";
import { graphShape } from "@ft/model";
import { expect, test } from "vitest";
import { loadCircuitModel } from "../pairs/circuit-model.ts";
import type { Pair } from "../pairs/pair.ts";
import { tinyModel } from "../testing/write-inputs.ts";
import { evaluateCircuits, evaluateStream } from "./evaluate-circuits.ts";

const { vocabulary } = tinyModel.config;
const graph = createGraph(graphShape(tinyModel.config));
const pairs: Pair[] = [4, 2, 3].map((token) => ({
  clean: [0, 1, token, 3, 4],
  corrupted: [0, 1, token, 5, 4],
  answer: 0,
}));

/** The most likely token of each example. */
function likeliest(logits: Float32Array): number[] {
  return pairs.map((_, i) => {
    const own = [...logits.subarray(i * vocabulary, (i + 1) * vocabulary)];
    return own.indexOf(Math.max(...own));
  });
}

test("an answer counts as matched exactly if it is the most likely token, for each pass by its own logits", async () => {
  const ops = await openBackend();
  const some = graph.emptySet();
  for (let edge = 0; edge < graph.edges; edge++) some[edge] = edge % 2;
  const evaluate = (of: Pair[]) => evaluateCircuits(ops, tinyModel, of, [some], { logits: true });
  const tokens = likeliest(evaluate(pairs).model.logits!);
  // The first pair's answer is right, the others' are not.
  const answered = pairs.map((pair, i) => ({
    ...pair,
    answer: i === 0 ? tokens[i]! : (tokens[i]! + 1) % vocabulary,
  }));
  const { model, corrupted, circuits } = evaluate(answered);
  expect([...model.exactMatch]).toEqual([1, 0, 0]);
  for (const { exactMatch, logits } of [corrupted, ...circuits]) {
    const wanted = likeliest(logits!).map((token, i) => (token === answered[i]!.answer ? 1 : 0));
    expect([...exactMatch]).toEqual(wanted);
  }
});

test("a stream of circuits is read as needed, and each has the same result as alone", async () => {
  const ops = await openBackend();
  const count = 70;
  let taken = 0;
  function* circuits() {
    for (; taken < count; taken++) {
      const set = graph.emptySet();
      for (let edge = 0; edge < graph.edges; edge++) set[edge] = (edge * (taken + 3)) % 5 < 3 ? 1 : 0;
      yield set;
    }
  }
  const loaded = loadCircuitModel(ops, tinyModel);
  const parts: number[] = [];
  const streamed: number[][] = [];
  for (const part of evaluateStream(ops, loaded, pairs, circuits())) {
    expect(taken).toBeLessThan(parts.reduce((sum, size) => sum + size, 0) + part.circuits.length + 1);
    parts.push(part.circuits.length);
    streamed.push(...part.circuits.map(({ metric }) => [...metric]));
    expect([...part.model.metric]).toEqual([...evaluateCircuits(ops, loaded, pairs, []).model.metric]);
  }
  loaded.dispose();
  expect(parts).toEqual([64, count - 64]);
  taken = 0;
  const alone = Array.from(circuits(), (set) => [
    ...evaluateCircuits(ops, tinyModel, pairs, [set]).circuits[0]!.metric,
  ]);
  expect(streamed).toEqual(alone);
});
