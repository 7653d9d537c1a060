import { join } from "node:path";
import { UserError, writeFileAtomic } from "@ft/artifacts";
import { createGraph, formatCircuitJson, GraphNames } from "@ft/graph";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { readCircuit, readCircuits } from "./read-circuits.ts";
import { writeEdges } from "./testing/write-edges.ts";

const shape = { layers: 2, heads: 2, parallel: true };
const first = { "input->a0.h1<q>": 1, "input->a0.h1<v>": 2, "a0.h1->logits": -4 };
const last = { "input->m0": 3, "m0->logits": 1 };

describe("readCircuits", () => {
  test("reads every checkpoint's circuit with q, k and v collapsed, and the model's depth", async () => {
    const folder = temporaryFolder();
    await writeEdges(folder, shape, [
      { step: 0, circuit: first },
      { step: 10, circuit: {} },
      { step: 20, circuit: last },
    ]);
    const circuits = readCircuits(folder);
    expect(circuits.map(({ run, seed, step }) => [run, seed, step])).toEqual([
      ["lora-r2", 1, 0],
      ["lora-r2", 1, 10],
      ["lora-r2", 1, 20],
    ]);
    expect(Object.fromEntries(circuits[0]!.circuit.edges)).toEqual({
      "input->a0.h1": 3,
      "a0.h1->logits": -4,
    });
    expect([...circuits[0]!.circuit.nodes].sort()).toEqual(["a0.h1", "input", "logits"]);
    expect(circuits.map(({ circuit }) => [circuit.layers, circuit.edges.size])).toEqual([
      [2, 2],
      [2, 0],
      [2, 2],
    ]);
  });
});

describe("readCircuit", () => {
  test("takes the first or last checkpoint, or one by its step, from a folder or its file", async () => {
    const folder = temporaryFolder();
    await writeEdges(folder, shape, [
      { step: 0, circuit: first },
      { step: 20, circuit: last },
    ]);
    const file = join(folder, "edges.arrow");
    expect(readCircuit(folder, { step: "first" }).edges.has("a0.h1->logits")).toBe(true);
    expect(readCircuit(file, { step: "last" }).edges.has("m0->logits")).toBe(true);
    expect(readCircuit(file, { step: 20 }).edges.has("m0->logits")).toBe(true);
    expect(() => readCircuit(file, { step: 10 })).toThrow(/no such step\n.*edges\.arrow\n.*\n.*\n.*0, 20/);
  });

  test("asks which run or seed is meant when there are several", async () => {
    const folder = temporaryFolder();
    await writeEdges(folder, shape, [
      { run: "a", seed: 1, step: 0, circuit: first },
      { run: "b", seed: 1, step: 0, circuit: first },
      { run: "b", seed: 2, step: 0, circuit: last },
    ]);
    expect(() => readCircuit(folder, { step: "first" })).toThrow(
      /not one run but 2[\s\S]*choose one of a, b/,
    );
    expect(() => readCircuit(folder, { run: "b", step: "first" })).toThrow(
      /not one seed but 2[\s\S]*choose one of 1, 2/,
    );
    expect(() => readCircuit(folder, { run: "c", step: "first" })).toThrow(/no such run[\s\S]*"c"/);
    expect(readCircuit(folder, { run: "b", seed: 2, step: "first" }).edges.has("m0->logits")).toBe(true);
  });

  test("reads the library's graph files, the same circuit as from a table", async () => {
    const folder = temporaryFolder();
    await writeEdges(folder, shape, [{ step: 0, circuit: first }]);
    const names = new GraphNames(createGraph(shape));
    const set = names.graph.emptySet();
    const scores = new Float64Array(set.length);
    for (const [edge, score] of Object.entries(first)) {
      set[names.edgeIndex(edge)] = 1;
      scores[names.edgeIndex(edge)] = score;
    }
    const file = join(folder, "circuit.json");
    writeFileAtomic(file, formatCircuitJson({ names, dModel: 4, scores, set }));
    expect(readCircuit(file, { step: "first" })).toEqual(readCircuit(folder, { step: "first" }));
  });

  test("says what can be given when a path is neither", () => {
    expect(() => readCircuit("circuit.pt", { step: "first" })).toThrow(UserError);
    expect(() => readCircuit("/nowhere", { step: "first" })).toThrow(
      "edges.arrow, the folder that holds one",
    );
  });
});
