import { join } from "node:path";
import {
  changesSchema,
  circuitsSchema,
  createProvenance,
  readTable,
  scoresSchema,
  UserError,
  writeFileAtomic,
  writeTable,
} from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { collapse, edgesIn } from "./circuit.ts";
import { formatCircuitJson } from "./files/write-circuit-json.ts";
import { createGraph } from "./graph.ts";
import { findRunCircuits, mainChoice, readCircuit, readMainCircuits } from "./read-circuits.ts";
import { edgeCount, rankEdges, topCircuit } from "./select/rank.ts";
import { circuitNamed, named } from "./testing/edges.ts";
import { type TestCheckpoint, writeCircuits } from "./testing/write-circuits.ts";

const graph = createGraph({ layers: 2, heads: 2, parallel: true });
const first = { "input->a0.h1<q>": 1, "input->a0.h1<v>": 2, "a0.h1->logits": -4 };
const last = { "input->m0": 3, "m0->logits": 1 };

async function folderOf(...checkpoints: TestCheckpoint[]): Promise<string> {
  const folder = temporaryFolder();
  await writeCircuits(folder, graph, checkpoints);
  return folder;
}

/** Adds to a folder's circuits those of each row, changed. */
async function addCircuits(folder: string, change: { rule?: string; size?: number; sample?: string }) {
  const rows = readTable(folder, circuitsSchema);
  const all = rows.flatMap((row) => [row, { ...row, ...change }]);
  await writeTable(folder, circuitsSchema, all, createProvenance());
}

const edges = (circuit: Parameters<typeof named>[0]) => named(circuit).edges;

describe("the main circuits of a folder", () => {
  test("are those of every checkpoint, with q, k and v collapsed", async () => {
    const folder = await folderOf(
      { step: 0, circuit: first },
      { step: 10, circuit: {} },
      { step: 20, circuit: last },
    );
    const circuits = readMainCircuits(folder);
    expect(circuits.map(({ plan, draw, seed, step }) => [plan, draw, seed, step])).toEqual([
      ["lora-r2", 0, 1, 0],
      ["lora-r2", 0, 1, 10],
      ["lora-r2", 0, 1, 20],
    ]);
    expect(circuits.map(({ circuit }) => edges(circuit))).toEqual([
      { "input->a0.h1": 3, "a0.h1->logits": -4 },
      {},
      last,
    ]);
  });

  test("are those whose changes are in the table, whatever other circuits there are", async () => {
    const folder = await folderOf({ step: 0, circuit: first }, { step: 20, circuit: last });
    await addCircuits(folder, { size: 0.5 });
    expect(mainChoice(folder)).toEqual({ sample: "all", rule: "top", size: 0.1 });
    expect(readMainCircuits(folder).map(({ size }) => size)).toEqual([0.1, 0.1]);
  });

  test("are of one kind, which must be given if several have changes, and never random", async () => {
    const folder = await folderOf({ step: 0, circuit: first });
    await addCircuits(folder, { rule: "random" });
    expect(mainChoice(folder).rule).toBe("top");
    const several = await folderOf({ step: 0, circuit: first });
    await addCircuits(several, { size: 0.5 });
    expect(() => mainChoice(several)).toThrow(/several kinds[\s\S]*top, 0\.1[\s\S]*top, 0\.5/);
    expect(mainChoice(several, 0.5).size).toBe(0.5);
    expect(() => mainChoice(several, 0.3)).toThrow("there is no such circuit");
    await writeTable(several, changesSchema, [], createProvenance());
    expect(mainChoice(several, 0.1).size).toBe(0.1);
  });
});

describe("readCircuit", () => {
  test("takes the first or last checkpoint, or one by its step, from a folder or its file", async () => {
    const folder = await folderOf({ step: 0, circuit: first }, { step: 20, circuit: last });
    const file = join(folder, "circuits.arrow");
    expect(edges(readCircuit(folder, { step: "first" }))).toHaveProperty(["a0.h1->logits"]);
    expect(edges(readCircuit(file, { step: "last" }))).toEqual(last);
    expect(edges(readCircuit(file, { step: 20 }))).toEqual(last);
    expect(() => readCircuit(file, { step: 10 })).toThrow(/no such step\n.*circuits\.arrow\n.*\n.*\n.*0, 20/);
  });

  test("requires a choice of plan or seed if there are several", async () => {
    const folder = await folderOf(
      { plan: "a", seed: 1, step: 0, circuit: first },
      { plan: "b", seed: 1, step: 0, circuit: first },
      { plan: "b", seed: 2, step: 0, circuit: last },
    );
    expect(() => readCircuit(folder, { step: "first" })).toThrow(/2 values of plan[\s\S]*choose one of a, b/);
    expect(() => readCircuit(folder, { plan: "b", step: "first" })).toThrow(
      /2 values of seed[\s\S]*choose one of 1, 2/,
    );
    expect(() => readCircuit(folder, { plan: "c", step: "first" })).toThrow(/no such plan[\s\S]*"c"/);
    expect(edges(readCircuit(folder, { plan: "b", seed: 2, step: "first" }))).toEqual(last);
  });

  test("selects from an attribute stage's scores", async () => {
    const folder = temporaryFolder();
    const scores = Array.from({ length: graph.edges }, (_, edge) => (edge % 2 ? edge : -edge));
    scores[graph.edge(0, graph.logitsDestination)] = 1000;
    const { layers, heads, parallel } = graph;
    const row = { plan: "p", draw: 0, seed: 1, step: 0, layers, heads, parallel, scores, nodeScores: null };
    const rows = ["all", "half 1"].map((sample) => ({
      ...row,
      sample,
      scores: sample === "all" ? scores : scores.map(() => 1),
    }));
    await writeTable(folder, scoresSchema, rows, createProvenance());
    const expected = (size: number) => {
      const top = topCircuit(graph, rankEdges(graph, Float64Array.from(scores)), edgeCount(graph, size));
      expect(edgesIn(top).length).toBeGreaterThan(0);
      return named(collapse({ graph, edges: top, scores: Float64Array.from(scores) }));
    };
    expect(named(readCircuit(folder, { step: "last", size: 0.5 }))).toEqual(expected(0.5));
    expect(named(readCircuit(join(folder, "scores.arrow"), { step: 0 }))).toEqual(expected(0.05));
  });

  test("reads the library's graph files, the same circuit as from a table", async () => {
    const folder = await folderOf({ step: 0, circuit: first });
    const file = join(folder, "circuit.json");
    writeFileAtomic(file, formatCircuitJson({ ...circuitNamed(graph, first), dModel: 4 }));
    expect(named(readCircuit(file, { step: "first" }))).toEqual(
      named(readCircuit(folder, { step: "first" })),
    );
  });

  test("says what a path can be if it is neither", () => {
    expect(() => readCircuit("circuit.pt", { step: "first" })).toThrow(UserError);
    expect(() => readCircuit("/nowhere", { step: "first" })).toThrow(
      "the folder of a circuits or attribute stage",
    );
    expect(() => readCircuit(temporaryFolder(), { step: "first" })).toThrow("this is not a circuit");
  });
});

describe("the circuits of a run", () => {
  test("are those of all its checkpoints, of a circuits or an attribute stage", async () => {
    const folder = await folderOf(
      { step: 0, circuit: first },
      { step: 20, circuit: last },
      { seed: 2, step: 0, circuit: last },
    );
    const found = findRunCircuits(folder, { seed: 1 });
    expect(found.map(({ step, collapsed }) => [step, edges(collapsed)])).toEqual([
      [0, { "input->a0.h1": 3, "a0.h1->logits": -4 }],
      [20, last],
    ]);
    expect(() => findRunCircuits(folder, {})).toThrow("the table has 2 values of seed, and none is chosen");
    const scores = [...circuitNamed(graph, last).scores];
    const key = { plan: "p", draw: 0, seed: 1, sample: "all", layers: 2, heads: 2, parallel: true };
    const rows = [0, 5].map((step) => ({ ...key, step, scores, nodeScores: null }));
    const stage = temporaryFolder();
    await writeTable(stage, scoresSchema, rows, createProvenance());
    const selected = findRunCircuits(stage, { size: 2 / graph.edges });
    expect(selected.map(({ step, collapsed }) => [step, edges(collapsed)])).toEqual([
      [0, last],
      [5, last],
    ]);
  });

  test("are the only one of a graph file", () => {
    const file = join(temporaryFolder(), "graph.json");
    writeFileAtomic(file, formatCircuitJson({ ...circuitNamed(graph, last), dModel: 8 }));
    expect(findRunCircuits(file, {}).map(({ step, collapsed }) => [step, edges(collapsed)])).toEqual([
      [undefined, last],
    ]);
  });
});
