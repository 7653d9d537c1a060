/**
 * Tests of the circuit hypothesis (Shi et al. 2024, arXiv 2410.13032): that a circuit does what the model does, that
 * nothing else does, and that all of it is needed. A score is a metric of an example.
 *
 * Two departures from the authors' code (github.com/blei-lab/circuitry), which follow the paper: equivalence compares the
 * share of examples that the circuit wins, not the mean difference; minimality is corrected for the number of edges.
 * The kernels of independence have a width for each sample, not one for both, and its p counts the observed order.
 */
import { type Random, seededRandom, UserError } from "@ft/artifacts";
import { type EdgeSet, edgesIn, type Graph, prune, randomCircuit, randomPath } from "@ft/graph";
import { binomialTail } from "./binomial.ts";
import { type Independence, testIndependence } from "./independence.ts";

export interface CircuitTestOptions {
  /** Random circuits for each comparison. @default 100 */
  draws?: number;
  /** Of random circuits, the share that the circuit, or an edge of it, has to beat. @default 0.9 */
  quantile?: number;
  /** How far from half the share of wins may be for a circuit to be equivalent. @default 0.1 */
  tolerance?: number;
  /** Level at which an edge is called unnecessary, divided by the number of edges (Bonferroni). @default 0.05 */
  level?: number;
  /** @default 1 */
  seed?: number;
}

export interface CircuitTests {
  /** Null: circuit and model have the same chance of the higher score, within the tolerance. A small p refutes it. */
  equivalence: {
    /** The share of examples on which the circuit's score is higher; ties count half. */ wins: number;
    p: number;
  };
  /** Null: the model's scores are independent of those without the circuit's edges. A small p refutes localisation. */
  independence: Independence;
  /** Null: the circuit beats at most the quantile of random circuits. A small p supports the circuit. */
  sufficiency: {
    /** Random circuits of its size at least as far from the model. */ beaten: number;
    p: number;
  };
  /** Null, for each edge: it matters more than at least the quantile of random edges. A small p refutes minimality. */
  minimality: { edges: EdgeTest[] /** Edges refuted at the corrected level. */; unnecessary: number };
}

export interface EdgeTest {
  edge: number;
  /** The mean squared change of the score if the edge is removed from the circuit. */
  effect: number;
  p: number;
}

/**
 * Tests a circuit.
 *
 * @param scoresOf the scores of circuits on the examples, read one after the other: those of the model, the circuit, the
 * model without it, the circuit without each of its edges, and three per draw. Edges on no path do not count.
 * @throws UserError if the circuit is empty, or so large that random paths do not leave it
 */
export function testCircuit(
  graph: Graph,
  circuit: EdgeSet,
  scoresOf: (circuits: Iterable<EdgeSet>) => Iterable<Float64Array>,
  options: CircuitTestOptions = {},
): CircuitTests {
  const { draws = 100, quantile = 0.9, tolerance = 0.1, level = 0.05, seed = 1 } = options;
  const own = prune(graph, circuit);
  const edges = edgesIn(own);
  if (edges.length === 0) {
    throw new UserError("an empty circuit cannot be tested", {
      remedy: "select more edges, until input and logits are connected",
    });
  }
  const random = (purpose: string) => seededRandom(seed, `tests of a circuit: ${purpose}`);
  function* circuits(): Generator<EdgeSet> {
    yield graph.emptySet().fill(1);
    yield own;
    yield own.map((member) => 1 - member);
    for (const edge of edges) yield without(own, edge);
    const [inflation, drawing] = [random("inflated circuits"), random("random circuits")];
    for (let draw = 0; draw < draws; draw++) {
      const { inflated, added } = inflate(graph, own, inflation);
      yield inflated;
      yield without(inflated, added);
      yield randomCircuit(graph, edges.length, drawing);
    }
  }
  const scores = scoresOf(circuits())[Symbol.iterator]();
  const next = () => scores.next().value as Float64Array;
  const [model, kept, complement] = [next(), next(), next()];
  const effects = edges.map(() => distance(kept, next()));
  const references: number[] = [];
  let beaten = 0;
  for (let draw = 0; draw < draws; draw++) {
    references.push(distance(next(), next()));
    if (distance(model, kept) <= distance(model, next())) beaten++;
  }
  scores.return?.();
  const tests = edges.map((edge, i): EdgeTest => {
    const larger = references.filter((reference) => effects[i]! > reference).length;
    return { edge, effect: effects[i]!, p: binomialTail(draws, quantile, (count) => count <= larger) };
  });
  return {
    equivalence: testEquivalence(model, kept, tolerance),
    independence: testIndependence(model, complement, random("permutations")),
    sufficiency: { beaten, p: binomialTail(draws, quantile, (count) => count >= beaten) },
    minimality: { edges: tests, unnecessary: tests.filter(({ p }) => p * edges.length <= level).length },
  };
}

/** p of |wins - 1/2| if the chance of a win were 1/2 + tolerance, the least favourable within the null. */
function testEquivalence(model: Float64Array, circuit: Float64Array, tolerance: number) {
  const n = model.length;
  const won = circuit.reduce(
    (sum, score, i) => sum + (score > model[i]! ? 1 : score === model[i]! ? 0.5 : 0),
    0,
  );
  const wins = won / n;
  const p = binomialTail(n, 0.5 + tolerance, (count) => Math.abs(count - n / 2) >= Math.abs(won - n / 2));
  return { wins, p };
}

/** A circuit with a random path added to it, and a random edge among those that are new. */
function inflate(graph: Graph, circuit: EdgeSet, random: Random): { inflated: EdgeSet; added: number } {
  for (let attempt = 0; attempt < MOST_PATHS; attempt++) {
    const path = randomPath(graph, random);
    const added = path.filter((edge) => !circuit[edge]);
    if (added.length === 0) continue;
    const inflated = circuit.slice();
    for (const edge of added) inflated[edge] = 1;
    return { inflated, added: added[random.int(0, added.length - 1)]! };
  }
  throw new UserError("the circuit has nearly every edge, so there is nothing to compare its edges with", {
    remedy: "test a smaller circuit",
  });
}

/** Random paths drawn before a circuit counts as having all edges. */
const MOST_PATHS = 10_000;

function without(set: EdgeSet, edge: number): EdgeSet {
  const rest = set.slice();
  rest[edge] = 0;
  return rest;
}

/** The mean squared difference of scores. */
function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, score, i) => sum + (score - b[i]!) ** 2, 0) / a.length;
}
