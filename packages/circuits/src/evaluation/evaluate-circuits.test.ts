import { openBackend } from "@ft/backend";
import { createGraph } from "@ft/graph";
import { graphShape } from "@ft/model";
import { expect, test } from "vitest";
import type { Pair } from "../pairs/pair.ts";
import { tinyModel } from "../testing/write-inputs.ts";
import { evaluateCircuits } from "./evaluate-circuits.ts";

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

test("an answer is matched exactly where it is the most likely token, each run by its own logits", async () => {
  const ops = await openBackend();
  const some = graph.emptySet();
  graph.existing.forEach((edge, i) => {
    some[edge] = i % 2;
  });
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
