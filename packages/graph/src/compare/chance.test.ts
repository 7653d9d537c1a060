import { seededRandom } from "@ft/artifacts";
import { expect, test } from "vitest";
import { collapse, edgesIn } from "../circuit.ts";
import { createGraph, type EdgeSet } from "../graph.ts";
import { prune, sizeOf } from "../select/prune.ts";
import { topCircuit } from "../select/rank.ts";
import { ruleNamed, type ScoredGraph } from "../select/rules/index.ts";
import { calibrate, chanceModels, chanceRows } from "./chance.ts";

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
  const end = { ...run, step: 9, circuit: collapse({ graph, edges: jittered, scores }) };
  const before = collapse({ graph, edges, scores }).edges;
  const changed = [...end.circuit.edges.keys()].filter((edge) => !before.has(edge)).length;
  const lost = [...before.keys()].filter((edge) => !end.circuit.edges.has(edge)).length;
  const rows = chanceRows(choice, first, [run, end], { draws: 40, seed: 1 });
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
  expect(chanceRows(choice, first, [run, end], { draws: 40, seed: 1 })).toEqual(rows);
  expect(chanceRows(choice, first, [run, end], { draws: 0, seed: 1 })).toEqual([]);
});
