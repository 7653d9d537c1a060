/** Pairs of any lengths: each has the scores, losses and predictions that it has alone, whatever it is computed with. */
import { seededRandom } from "@ft/artifacts";
import { type Ops, openBackend } from "@ft/backend";
import { createGraph } from "@ft/graph";
import { graphShape, initializeModel } from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAllClose } from "../../../backend/src/testing/all-close.ts";
import { gptNeoxConfig } from "../../../model/src/testing/gpt-neox-config.ts";
import { scoreGraph } from "../attribution/attribute.ts";
import { methodNames } from "../attribution/methods/index.ts";
import { evaluateCircuits } from "../evaluation/evaluate-circuits.ts";
import { metrics } from "../metrics/index.ts";
import type { Pair } from "./pair.ts";

const LONGEST = 12;
const PAIRS = 14;
/** Float32 in another order of sums. */
const ROUNDING = { relative: 1e-4 };
/** Differences of two float32 losses, each far larger than an edge's effect. */
const DIFFERENCE = { relative: 1e-3 };

const config = gptNeoxConfig({
  ...{ layers: 2, dModel: 12, heads: 3, dMlp: 20, vocabulary: 20 },
  ...{ maxPositions: LONGEST, initializerRange: 0.4 },
});
const model = initializeModel(config, 5);
const graph = createGraph(graphShape(config));
let ops: Ops;
beforeAll(async () => {
  ops = await openBackend();
});

/** Pairs of 1 to 12 tokens, the shortest and the longest among them, of few tokens so that many share their beginnings. */
function drawPairs(seed: number): Pair[] {
  const random = seededRandom(seed, "pairs");
  return Array.from({ length: PAIRS }, (_, i) => {
    const length = [1, LONGEST][i] ?? random.int(1, LONGEST);
    const clean = Array.from({ length }, () => random.int(3, 5));
    const corrupted = clean.with(random.int(0, length - 1), random.int(6, 8));
    const answer = random.int(0, 19);
    return { clean, corrupted, answer, wrong: (answer + random.int(1, 19)) % 20 };
  });
}

const lengths = (pairs: Pair[]) => new Set(pairs.map(({ clean }) => clean.length)).size;
const mean = (values: ArrayLike<number>[]) =>
  Array.from(values[0]!, (_, i) => values.reduce((sum, own) => sum + own[i]! / values.length, 0));

describe.each([1, 2, 3])("pairs of unequal length, drawn with seed %i", (seed) => {
  const pairs = drawPairs(seed);

  test("are of many lengths", () => expect(lengths(pairs)).toBeGreaterThan(4));

  test.each(methodNames.flatMap((method) => ["logit-diff", "kl"].map((metric) => ({ method, metric }))))(
    "score together as the mean of each alone: $method, $metric",
    ({ method, metric }) => {
      const tolerance = method === "exact" || metric === "kl" ? DIFFERENCE : ROUNDING;
      const together = scoreGraph(ops, model, pairs, { method, metric });
      const alone = pairs.map((pair) => scoreGraph(ops, model, [pair], { method, metric }));
      expectAllClose(together.edges, mean(alone.map(({ edges }) => edges)), tolerance);
      expectAllClose(together.nodes, mean(alone.map(({ nodes }) => nodes)), tolerance);
    },
  );

  test.each(metrics.map(({ name }) => name))(
    "each have the %s of a circuit that they have alone",
    (metric) => {
      const some = Uint8Array.from({ length: graph.edges }, (_, edge) => (edge % 3 === seed % 3 ? 0 : 1));
      const evaluate = (of: Pair[]) => evaluateCircuits(ops, model, of, [some], { metric });
      const together = evaluate(pairs);
      const alone = pairs.map((pair) => evaluate([pair]));
      for (const of of ["model", "corrupted"] as const) {
        expectAllClose(
          together[of].metric,
          alone.map((own) => own[of].metric[0]!),
          ROUNDING,
        );
        expect([...together[of].exactMatch]).toEqual(alone.map((own) => own[of].exactMatch[0]));
      }
      expectAllClose(
        together.circuits[0]!.metric,
        alone.map(({ circuits }) => circuits[0]!.metric[0]!),
        ROUNDING,
      );
    },
  );
});
