import { seededRandom } from "@ft/artifacts";
import { expect, test } from "vitest";
import { type CollapsedCircuit, collapse, edgesIn } from "../circuit.ts";
import { createGraph, type EdgeSet } from "../graph.ts";
import { prune, sizeOf } from "../select/prune.ts";
import { topCircuit } from "../select/rank.ts";
import { ruleNamed, type ScoredGraph } from "../select/rules/index.ts";
import { calibrate, chanceModels, chanceRows, type ImitatedChange } from "./chance.ts";
import { agreement } from "./compared-pairs.ts";

const graph = createGraph({ layers: 4, heads: 3, parallel: true });
const random = seededRandom(1, "test");
const scores = Float64Array.from({ length: graph.edges }, () => random.normal());
const scored = { graph, scores };
const select = ({ graph, scores }: ScoredGraph): EdgeSet =>
  topCircuit(graph, ruleNamed("top").rank({ graph, scores }), 80);
const first = { scored, select };
const edges = select(scored);
const run = { plan: "lora", draw: 0, seed: 3, step: 0 };
const choice = { rule: "top", size: 0.1 };
const start = collapse({ graph, edges, scores });

/** A change of the run from a circuit that scores select to another. */
const imitated = (
  from: Pick<ScoredGraph, "scores">,
  to: CollapsedCircuit,
  more: Partial<ImitatedChange> = {},
): ImitatedChange => ({
  disturbed: { scored: { graph, ...from }, select },
  from: run,
  to: { ...run, step: 9, circuit: to },
  ...{ draws: 40, purpose: "lora, seed 3", ...more },
});

test("bisection finds where a rising function reaches the target, and stays within its range", () => {
  expect(calibrate((s) => s ** 2, 2, 8)).toBeCloseTo(Math.SQRT2, 2);
  expect(calibrate(() => 0, 1, 8)).toBe(8);
  expect(calibrate(() => 1, 0, 8)).toBeLessThan(0.01);
});

test("without strength chance changes nothing", () => {
  for (const model of Object.values(chanceModels))
    expect(model.disturb(first, 0, seededRandom(1, "a"))).toEqual(edges);
});

test("jitter multiplies every score, of nodes too, by exp(s z) with its own z", () => {
  const seen: ScoredGraph[] = [];
  const spy = (given: ScoredGraph) => {
    seen.push(given);
    return edges;
  };
  const nodeScores = Float64Array.of(2, -4);
  const given = { graph, scores: Float64Array.of(1, -3, 0), nodeScores };
  chanceModels.jitter.disturb({ scored: given, select: spy }, 2, seededRandom(5, "jitter"));
  const normal = seededRandom(5, "jitter");
  const factors = Array.from({ length: 5 }, () => Math.exp(2 * normal.normal()));
  expect(Array.from(seen[0]!.scores)).toEqual([factors[0], -3 * factors[1]!, 0]);
  expect(Array.from(seen[0]!.nodeScores!)).toEqual([2 * factors[3]!, -4 * factors[4]!]);
});

test("churn replaces a share of the edges by others, and leaves no loose ends", () => {
  const churned = chanceModels.churn.disturb(first, 0.5, seededRandom(2, "churn"));
  const kept = edgesIn(edges).filter((edge) => churned[edge]);
  expect(kept.length).toBeLessThanOrEqual(Math.ceil(sizeOf(edges) / 2));
  expect(kept.length).toBeGreaterThan(0);
  expect(edgesIn(churned).some((edge) => !edges[edge])).toBe(true);
  expect(prune(graph, churned)).toEqual(churned);
  const all = chanceModels.churn.disturb(first, 1, seededRandom(2, "churn"));
  expect(edgesIn(all).some((edge) => edges[edge])).toBe(false);
});

test("a circuit of more than half of all edges is replaced by what others there are", () => {
  const most = graph.emptySet().fill(1);
  most[0] = 0;
  const churned = chanceModels.churn.disturb({ scored, select: () => most.slice() }, 1, seededRandom(1, "a"));
  expect(sizeOf(churned)).toBe(sizeOf(most));
  expect(churned[0]).toBe(1);
});

test("chance changes as many edges as the run on average, with the nodes that go with it", () => {
  const jittered = select({ graph, scores: scores.map((score) => score * Math.exp(random.normal())) });
  const end = collapse({ graph, edges: jittered, scores });
  const before = start.edges;
  const changed = [...end.edges.keys()].filter((edge) => !before.has(edge)).length;
  const lost = [...before.keys()].filter((edge) => !end.edges.has(edge)).length;
  const rows = chanceRows(choice, [imitated({ scores }, end)], start, 1);
  for (const kind of ["jitter", "churn"] as const) {
    const own = rows.filter((row) => row.kind === kind);
    expect(own.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    const mean = own.reduce((sum, { edgeChangeRate }) => sum + edgeChangeRate, 0) / 40;
    expect(mean / ((changed + lost) / before.size)).toBeGreaterThan(0.9);
    expect(mean / ((changed + lost) / before.size)).toBeLessThan(1.1);
    expect(new Set(own.map(({ edgeJaccard }) => edgeJaccard)).size).toBeGreaterThan(3);
    expect(new Set(own.map(({ strength }) => strength)).size).toBe(1);
  }
  expect(rows.find(({ kind }) => kind === "jitter")!.strength).toBeGreaterThan(0.5);
  expect(rows.find(({ kind }) => kind === "jitter")!.strength).toBeLessThan(2);
  expect(rows[0]).toMatchObject({
    ...{ ...run, ...choice, sample: "all", otherSeed: 3, otherStep: 9, otherSample: "all" },
    edges: before.size,
  });
  expect(chanceRows(choice, [imitated({ scores }, end)], start, 1)).toEqual(rows);
  expect(chanceRows(choice, [imitated({ scores }, end, { draws: 0 })], start, 1)).toEqual([]);
});

test("a transition's chance disturbs the circuit at its first checkpoint until as many edges change as by it", () => {
  const drift = (values: Float64Array, by: number) => values.map((value) => value + by * random.normal());
  const middle = drift(scores, 2);
  const last = drift(middle, 0.3);
  const circuitOf = (of: Float64Array) =>
    collapse({ graph, edges: select({ graph, scores: of }), scores: of });
  const [second, end] = [circuitOf(middle), circuitOf(last)];
  const transition = { from: { ...run, step: 4 }, purpose: "lora, seed 3, step 4 to 9" };
  const changes = [imitated({ scores }, end), imitated({ scores: middle }, end, transition)];
  const rows = chanceRows(choice, changes, start, 1);
  expect(rows.map(({ kind, step, otherStep }) => `${kind} ${step} ${otherStep}`)).toEqual(
    ["jitter", "churn"].flatMap((kind) => [0, 4].flatMap((step) => Array(40).fill(`${kind} ${step} 9`))),
  );
  const target = agreement(second, end, start).edgeChangeRate;
  expect(target).toBeLessThan(0.8 * agreement(start, end, start).edgeChangeRate);
  for (const kind of ["jitter", "churn"] as const) {
    const own = rows.filter((row) => row.kind === kind && row.step === 4);
    const mean = own.reduce((sum, { edgeChangeRate }) => sum + edgeChangeRate, 0) / own.length;
    expect(mean / target, kind).toBeGreaterThan(0.9);
    expect(mean / target, kind).toBeLessThan(1.1);
    expect(own[0]).toMatchObject({ nodes: second.nodes.size, edges: second.edges.size });
  }
  // The draws of the whole run are those that it has alone.
  const alone = chanceRows(choice, [changes[0]!], start, 1);
  expect(rows.filter(({ step }) => step === 0)).toEqual(alone);
});

test("rates of a transition's chance are shares of the run's first circuit, not of the one that is disturbed", () => {
  const small = collapse({
    graph,
    edges: topCircuit(graph, ruleNamed("top").rank({ graph, scores }), 40),
    scores,
  });
  const end = collapse({ graph, edges: select({ graph, scores: scores.toReversed() }), scores });
  const [own] = chanceRows(choice, [imitated({ scores }, end)], start, 1);
  const [ofSmall] = chanceRows(choice, [imitated({ scores }, end)], small, 1);
  const changed = own!.edgeChangeRate * start.edges.size;
  expect(ofSmall!.edgeChangeRate * small.edges.size).toBeCloseTo(changed, 9);
});
