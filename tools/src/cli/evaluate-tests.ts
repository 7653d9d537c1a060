/** `ft evaluate --tests`: the tests of the circuit hypothesis, as JSON and in four lines. */
import type { Ops } from "@ft/backend";
import type { CircuitModel, CircuitTests, EvaluationOptions, Pair } from "@ft/circuits";
import type { Circuit } from "@ft/graph";

/** Random circuits for each comparison, if no number is given. */
const DRAWS = 100;

/** The number of draws that `--tests` asks for. */
export function drawsOf(tests: number | true): number {
  return tests === true ? DRAWS : tests;
}

/** Circuits that the tests run: the model, the circuit, the rest, one without each edge, and three per draw. */
export function testRuns(edges: number, draws: number): number {
  return 3 + edges + 3 * draws;
}

/** Tests a circuit on pairs; its edges by name. */
export async function runTests(
  ops: Ops,
  model: CircuitModel,
  pairs: readonly Pair[],
  { graph, edges }: Circuit,
  draws: number,
  options: EvaluationOptions,
) {
  const { evaluateStream, testCircuit } = await import("@ft/circuits");
  const { GraphNames } = await import("@ft/graph");
  const { equivalence, independence, sufficiency, minimality } = testCircuit(
    graph,
    edges,
    function* (circuits) {
      for (const part of evaluateStream(ops, model, pairs, circuits, options))
        for (const { metric } of part.circuits) yield metric;
    },
    { draws },
  );
  const names = new GraphNames(graph);
  return {
    draws,
    equivalence,
    independence,
    sufficiency,
    minimality: {
      unnecessary: minimality.unnecessary,
      edges: minimality.edges.map(({ edge, effect, p }) => ({ edge: names.edge(edge), effect, p })),
    },
  };
}

/** The outcome of each test in a line. */
export function describeTests({
  draws,
  equivalence,
  independence,
  sufficiency,
  minimality,
}: Pick<CircuitTests, "equivalence" | "independence" | "sufficiency"> & {
  draws: number;
  minimality: { unnecessary: number; edges: readonly unknown[] };
}): string {
  const p = (value: number) => `p = ${value.toPrecision(2)}`;
  return [
    `equivalence: the circuit scores higher on ${(100 * equivalence.wins).toFixed(1)}% of the examples; ${p(equivalence.p)} if it is within 10 points of half`,
    `independence: ${p(independence.p)} if the model's scores are independent of those without the circuit`,
    `sufficiency: at least as close to the model as ${sufficiency.beaten} of ${draws} random circuits; ${p(sufficiency.p)} if it beats at most 90% of them`,
    `minimality: ${minimality.unnecessary} of ${minimality.edges.length} edges matter less than 90% of random edges do (level 0.05, Bonferroni)`,
  ].join("\n");
}
