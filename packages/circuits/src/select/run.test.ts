import { circuitsSchema, readManifest, seededRandom, tablePath } from "@ft/artifacts";
import {
  circuitOfRow,
  collapse,
  createGraph,
  edgesIn,
  prune,
  randomCircuit,
  rankEdges,
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
