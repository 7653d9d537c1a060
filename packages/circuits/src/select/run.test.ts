import { circuitsSchema, describeRun, readManifest, seededRandom, tablePath } from "@ft/artifacts";
import {
  agreement,
  chanceRows,
  circuitOfRow,
  collapse,
  createGraph,
  edgesAmongNodes,
  edgesIn,
  mibFractions,
  nextCircuit,
  prune,
  randomCircuit,
  rankEdges,
  ruleNamed,
  type ScoredGraph,
  setOf,
  topCircuit,
} from "@ft/graph";
import { graphShape } from "@ft/model";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { attribute } from "../attribution/attribute.ts";
import { Workbench } from "../testing/run-stages.ts";
import { tinyConfig } from "../testing/write-inputs.ts";

vi.mock("../attribution/attribute.ts", { spy: true });

const graph = createGraph(graphShape(tinyConfig));
const options = { fraction: 0.4, fractions: [0.2, 0.8], random: 2 };

let bench: Workbench;
let scored: Awaited<ReturnType<Workbench["attribute"]>>;
let selected: Awaited<ReturnType<Workbench["select"]>>;

// Once for all tests here: a workbench's folder goes with the test that made it.
beforeAll(async () => {
  bench = new Workbench("kept");
  scored = await bench.attribute();
  selected = await bench.select(options);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test("has the main circuit everywhere and the curve at both ends, each pruned", () => {
  const top = selected.circuits.filter(({ rule }) => rule === "top");
  expect(top.map(({ step, size }) => [step, size])).toEqual([
    [0, 0.2],
    [0, 0.4],
    [0, 0.8],
    [1, 0.4],
    [2, 0.2],
    [2, 0.4],
    [2, 0.8],
  ]);
  for (const row of top) {
    const scores = Float64Array.from(scored.scores.find(({ step }) => step === row.step)!.scores);
    const count = Math.trunc(row.size * graph.edges);
    const expected = edgesIn(topCircuit(graph, rankEdges(graph, scores), count));
    expect(row).toMatchObject({ index: 0, selectedEdges: count, edges: expected, sample: "all" });
    expect(row.scores).toEqual(expected.map((edge) => scores[edge]));
    expect(edgesIn(prune(graph, setOf(graph, row.edges)))).toEqual(row.edges);
  }
});

test("each comes with random circuits of the same size, whose draws never change", () => {
  for (const { step, size, edges } of selected.circuits.filter(({ rule }) => rule === "top")) {
    const random = selected.circuits.filter(
      (row) => row.rule === "random" && row.step === step && row.size === size,
    );
    expect(random.map(({ index }) => index)).toEqual([1, 2]);
    for (const row of random) {
      const purpose = `random circuit ${row.index} of ${size} for lora-r2, seed 1, step ${step}`;
      const drawn = edgesIn(randomCircuit(graph, edges.length, seededRandom(1, purpose)));
      expect([row.edges, row.selectedEdges]).toEqual([drawn, drawn.length]);
    }
  }
});

test("the main circuits are compared with the one before and with the first", () => {
  expect(
    selected.changes.map(({ reference, fromStep, toStep }) => `${reference} ${fromStep} ${toStep}`),
  ).toEqual(["first 0 1", "first 0 2", "previous 0 1", "previous 1 2"]);
  const main = selected.circuits.find((row) => row.rule === "top" && row.size === 0.4 && row.step === 1)!;
  const { nodes, edges } = collapse(circuitOfRow(main, "test"));
  expect([main.nodes, main.collapsedEdges]).toEqual([nodes.size, edges.size]);
  expect(selected.changes[0]).toMatchObject({ edgesAfter: edges.size, nodesAfter: nodes.size, size: 0.4 });
});

test("a rule names its circuits, which are compared as the main ones", async () => {
  const { circuits, changes } = await bench.select({ ...options, rule: "greedy", random: 0 }, "greedy");
  expect(new Set(circuits.map(({ rule }) => rule))).toEqual(new Set(["greedy"]));
  expect(changes.length).toBeGreaterThan(0);
  for (const { rule, size } of changes) expect([rule, size]).toEqual(["greedy", 0.4]);
  for (const row of circuits) {
    const scores = Float64Array.from(scored.scores.find(({ step }) => step === row.step)!.scores);
    const order = ruleNamed("greedy").rank({ graph, scores });
    expect(row.edges).toEqual(edgesIn(topCircuit(graph, order, row.selectedEdges)));
  }
});

test("mib selects MIB's fractions and the circuit without edges, where there is a curve", async () => {
  const { circuits } = await bench.select({ fraction: 0.4, fractions: "mib", random: 0, curve: [0] }, "mib");
  const sizes = (wanted: number) => circuits.filter(({ step }) => step === wanted).map(({ size }) => size);
  expect(sizes(0)).toEqual([0, ...mibFractions, 0.4].sort((a, b) => a - b));
  expect(sizes(1)).toEqual([0.4]);
  expect(circuits[0]).toMatchObject({ selectedEdges: 0, edges: [] });
  await expect(bench.select({ rule: "threshold", fractions: "mib" }, "refused")).rejects.toThrow(
    /fractions[\s\S]*shares of all edges/,
  );
});

test("controls come after the circuits: random ones among the circuit's nodes, and the next edges", async () => {
  const { circuits } = await bench.select({ ...options, randomNodes: 2, next: true, random: 0 }, "controls");
  const first = circuits.filter(({ step }) => step === 0);
  const found = first.filter(({ rule }) => rule === "top");
  expect(first.map(({ rule, size, index }) => `${rule} ${size} ${index}`)).toEqual([
    ...found.map(({ size }) => `top ${size} 0`),
    ...found.flatMap(({ size }) => [1, 2].map((index) => `random-nodes ${size} ${index}`)),
    ...found.map(({ size }) => `next ${size} 0`),
  ]);
  const scores = Float64Array.from(scored.scores.find(({ step }) => step === 0)!.scores);
  const order = rankEdges(graph, scores);
  for (const row of first.filter(({ rule }) => rule !== "top")) {
    const { edges, selectedEdges } = found.find(({ size }) => size === row.size)!;
    if (row.rule === "next") {
      expect(row.edges).toEqual(edgesIn(nextCircuit(graph, order, selectedEdges)));
      expect(row.selectedEdges).toBe(Math.min(selectedEdges, graph.edges - selectedEdges));
      continue;
    }
    expect(row.edges).toHaveLength(edges.length);
    const among = edgesAmongNodes(graph, setOf(graph, edges));
    expect(row.edges.every((edge) => among[edge])).toBe(true);
  }
  const [one, other] = first.filter(({ rule, size }) => rule === "random-nodes" && size === 0.2);
  expect(one!.edges).not.toEqual(other!.edges);
});

test("common edges of both ends make a circuit of either, after the others", async () => {
  const { circuits, changes } = await bench.select({ ...options, random: 1, common: true }, "common");
  const common = circuits.filter(({ rule }) => rule === "common");
  expect(common.map(({ step, size, index }) => [step, size, index])).toEqual([
    [0, 0.4, 0],
    [2, 0.4, 0],
  ]);
  const main = circuits.filter(({ rule, size }) => rule === "top" && size === 0.4);
  const both = main[0]!.edges.filter((edge) => main[2]!.edges.includes(edge));
  const expected = edgesIn(prune(graph, setOf(graph, both)));
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(main[0]!.edges.length);
  for (const row of common) {
    const own = scored.scores.find(({ step }) => step === row.step)!;
    expect(row).toMatchObject({ edges: expected, selectedEdges: expected.length });
    expect(row.scores).toEqual(expected.map((edge) => own.scores[edge]));
  }
  expect(changes).toEqual(selected.changes);
});

test("the main circuits of samples are compared, and the ends with what chance gives", async () => {
  const samples = { halves: 1, perturbed: [50] };
  await bench.attribute({ checkpoints: "ends", samples }, "sampled");
  const config = { fraction: 0.4, fractions: [], random: 1, chance: 3 };
  const { comparisons, circuits } = await bench.select(config, "stability", "sampled");
  expect(
    comparisons.map(({ kind, step, otherStep, index }) => `${kind} ${step} ${otherStep} ${index}`),
  ).toEqual([
    ...["fine-tuning 0 2 0", "halves 0 0 0", "halves 2 2 0", "perturbed 0 0 0", "perturbed 2 2 0"],
    ...[1, 2, 3].map((draw) => `jitter 0 2 ${draw}`),
    ...[1, 2, 3].map((draw) => `churn 0 2 ${draw}`),
  ]);
  const of = (step: number, sample: string) =>
    collapse(
      circuitOfRow(
        circuits.find((row) => row.step === step && row.sample === sample && row.rule === "top")!,
        "test",
      ),
    );
  const halves = comparisons.find(({ kind, step }) => kind === "halves" && step === 2)!;
  expect(halves).toMatchObject({
    ...{ sample: "half 1", otherSample: "half 2", rule: "top", size: 0.4, strength: null },
    ...agreement(of(2, "half 1"), of(2, "half 2"), of(0, "all")),
  });
  for (const { edges, strength } of comparisons.filter(({ index }) => index > 0)) {
    expect(edges).toBe(of(0, "all").edges.size);
    expect(strength).toBeGreaterThan(0.01);
  }
  expect(selected.comparisons.map(({ kind, step, otherStep }) => [kind, step, otherStep])).toEqual([
    ["fine-tuning", 0, 2],
    ["transition", 0, 1],
    ["transition", 1, 2],
  ]);
});

test("each transition has its chance, of the circuit at its first checkpoint; that of the whole run is the same without", async () => {
  const config = { fraction: 0.4, fractions: [], random: 0, chance: 2 };
  const { comparisons, circuits } = await bench.select({ ...config, transitionChance: 3 }, "transitions");
  const drawn = comparisons.filter(({ index }) => index > 0);
  expect(drawn.map(({ kind, step, otherStep, index }) => `${kind} ${step} ${otherStep} ${index}`)).toEqual(
    ["jitter", "churn"].flatMap((kind) => [
      ...[`${kind} 0 2 1`, `${kind} 0 2 2`],
      ...[1, 2, 3].map((draw) => `${kind} 0 1 ${draw}`),
      ...[1, 2, 3].map((draw) => `${kind} 1 2 ${draw}`),
    ]),
  );
  const circuit = (step: number) =>
    collapse(circuitOfRow(circuits.find((row) => row.step === step && row.rule === "top")!, "test"));
  const { plan, draw, seed } = scored.scores[0]!;
  const at = (step: number) => ({ plan, draw, seed, step });
  const disturbed = {
    scored: { graph, scores: Float64Array.from(scored.scores.find(({ step }) => step === 1)!.scores) },
    select: (of: ScoredGraph) =>
      topCircuit(graph, rankEdges(graph, of.scores), Math.trunc(0.4 * graph.edges)),
  };
  const purpose = `${describeRun(at(0))}, step 1 to 2`;
  const change = { disturbed, from: at(1), to: { ...at(2), circuit: circuit(2) }, draws: 3, purpose };
  expect(drawn.filter(({ step }) => step === 1)).toMatchObject(
    chanceRows({ rule: "top", size: 0.4 }, [change], circuit(0), 1),
  );
  const whole = (rows: typeof comparisons) => rows.filter(({ step, otherStep }) => step + 2 === otherStep);
  const { comparisons: without } = await bench.select(config, "whole");
  expect(whole(comparisons)).toEqual(whole(without));
  expect(without.filter(({ index }) => index > 0)).toHaveLength(4);
});

test("changing fractions, curves and draws scores no edge again and opens no backend", async () => {
  vi.mocked(attribute).mockClear();
  vi.stubEnv("FT_BACKEND", "none such");
  const { circuits, changes } = await bench.select({ fraction: 0.3, curve: [1], random: 0 }, "other");
  expect(new Set(circuits.map(({ size }) => size)).size).toBeGreaterThan(1);
  expect(circuits.filter(({ step }) => step !== 1).every(({ size }) => size === 0.3)).toBe(true);
  expect(changes[0]).toMatchObject({ size: 0.3 });
  await bench.select({ ...options, fraction: 0.5 }, "another");
  expect(attribute).not.toHaveBeenCalled();
});

test("a curve at a step that has no scores is refused", async () => {
  await expect(bench.select({ curve: [7] }, "refused")).rejects.toThrow("no checkpoint at step 7");
});

test("equal stages of two experiments write equal bytes", async () => {
  const other = new Workbench();
  other.name = "elsewhere";
  await other.attribute();
  await other.select(options);
  const hash = (folder: string) => readManifest(tablePath(folder, circuitsSchema)).sha256;
  expect(hash(other.at("circuits"))).toBe(hash(bench.at("circuits")));
  const scores = (of: Workbench) => readManifest(of.at("scores/scores.arrow")).sha256;
  expect(scores(other)).toBe(scores(bench));
});
