import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  changesSchema,
  circuitsSchema,
  createProvenance,
  edgesSchema,
  type Progress,
  parseConfig,
  readTable,
  silentProgress,
} from "@ft/artifacts";
import { createGraph, GraphNames, prune } from "@ft/graph";
import { graphShape } from "@ft/model";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";
import { datasetRows, tinyConfig, writeInputs } from "./testing/write-inputs.ts";

const names = new GraphNames(createGraph(graphShape(tinyConfig)));
const options = { fraction: 0.4, fractions: [0.2, 0.8], random: 2 };

/** Runs the stage; what it returns reads the tables it wrote. */
async function runStage(folder: string, config: object = options, output = "out", rows = datasetRows()) {
  const { model, inputs } = await writeInputs(folder, rows);
  const at = (name: string) => join(folder, name);
  mkdirSync(at(output));
  let [total, done] = [0, 0];
  const progress: Progress = {
    ...silentProgress,
    start: (units) => {
      total = units;
    },
    advance: (units = 1) => {
      done += units;
    },
  };
  await run({
    experiment: "test",
    stage: "circuits",
    folder: at("."),
    config: parseConfig(configSchema, config),
    seed: 1,
    model,
    inputs,
    output: at(output),
    work: at("work"),
    progress,
    provenance: createProvenance(),
  });
  return {
    edges: readTable(at(output), edgesSchema),
    circuits: readTable(at(output), circuitsSchema),
    changes: readTable(at(output), changesSchema),
    work: at("work"),
    total,
    done,
  };
}

test("writes every edge's score and rank at every checkpoint, and marks a pruned circuit", async () => {
  const { edges } = await runStage(temporaryFolder());
  for (const step of [0, 1, 2]) {
    const rows = edges.filter((row) => row.step === step);
    expect(rows.map(({ edge }) => edge).sort()).toEqual(
      Array.from(names.graph.existing, (e) => names.edge(e)).sort(),
    );
    expect(rows.map(({ rank }) => rank)).toEqual(rows.map((_, i) => i + 1));
    const size = rows.map(({ score }) => Math.abs(score));
    expect(size).toEqual(size.toSorted((a, b) => b - a));
    const circuit = names.graph.emptySet();
    for (const { edge, inCircuit } of rows) circuit[names.edgeIndex(edge)] = inCircuit ? 1 : 0;
    expect(circuit.includes(1)).toBe(true);
    expect(prune(names.graph, circuit)).toEqual(circuit);
  }
});

test("evaluates the main circuit everywhere, the curve at both ends, and random circuits of the same size", async () => {
  const { circuits, edges } = await runStage(temporaryFolder());
  const found = circuits.filter(({ kind }) => kind === "found");
  expect(found.map(({ step, fraction }) => [step, fraction])).toEqual([
    [0, 0.2],
    [0, 0.4],
    [0, 0.8],
    [1, 0.4],
    [2, 0.2],
    [2, 0.4],
    [2, 0.8],
  ]);
  for (const { step, fraction, edges: size, selectedEdges } of found) {
    expect(selectedEdges).toBe(Math.trunc(fraction * names.graph.edges));
    const random = circuits.filter(
      (row) => row.kind === "random" && row.step === step && row.fraction === fraction,
    );
    expect(random.map((row) => row.edges)).toEqual([size, size]);
    if (fraction === 0.4) {
      expect(edges.filter((row) => row.step === step && row.inCircuit)).toHaveLength(size);
    }
  }
  expect(circuits.every(({ modelAccuracy, modelMetric }) => modelAccuracy >= 0 && modelMetric > 0)).toBe(
    true,
  );
});

test("compares checkpoints with the one before and with the first", async () => {
  const { changes, circuits } = await runStage(temporaryFolder());
  expect(changes.map(({ reference, fromStep, toStep }) => `${reference} ${fromStep} ${toStep}`)).toEqual([
    "first 0 1",
    "first 0 2",
    "previous 0 1",
    "previous 1 2",
  ]);
  const size = circuits.find((row) => row.kind === "found" && row.fraction === 0.4 && row.step === 1)!;
  expect(changes[0]).toMatchObject({ edgesAfter: size.collapsedEdges, nodesAfter: size.nodes });
});

test("counts all the work there is as progress, whether done now or by an earlier try", async () => {
  const folder = temporaryFolder();
  const first = await runStage(folder);
  // Six pairs: scoring, model and corrupted run of three checkpoints; 7 found circuits with two random ones each.
  expect(first.total).toBe(6 * (3 * 3 + 7 * 3));
  expect(first.done).toBe(first.total);
  const again = await runStage(folder, options, "again");
  expect(again.done).toBe(first.total);
});

test("goes on from what an earlier try had found, and comes to the same tables", async () => {
  const folder = temporaryFolder();
  const first = await runStage(folder);
  const kept = readdirSync(first.work);
  expect(kept).toHaveLength(3);
  const again = await runStage(folder, options, "again");
  expect([again.edges, again.circuits, again.changes]).toEqual([first.edges, first.circuits, first.changes]);

  for (const file of kept) {
    const found = JSON.parse(readFileSync(join(first.work, file), "utf8"));
    for (const row of found.circuits) row.modelMetric = 42;
    writeFileSync(join(first.work, file), JSON.stringify(found));
  }
  const marked = await runStage(folder, options, "marked");
  expect(marked.circuits.every(({ modelMetric }) => modelMetric === 42)).toBe(true);
});

test("can do with fewer examples and checkpoints, and without baselines", async () => {
  const config = {
    ...options,
    method: "eap",
    metric: "logit-diff",
    examples: 2,
    checkpoints: "ends",
    random: 0,
  };
  const { edges, circuits, changes, total } = await runStage(temporaryFolder(), config);
  expect(new Set(edges.map(({ step, method }) => `${method} ${step}`))).toEqual(new Set(["eap 0", "eap 2"]));
  expect(circuits.every(({ kind, metric }) => kind === "found" && metric === "logit-diff")).toBe(true);
  expect(changes).toHaveLength(2);
  expect(total).toBe(2 * 2 * (3 + 3));
});

test("a token outside the vocabulary is refused before any backend opens", async () => {
  const rows = datasetRows().with(4, { ...datasetRows()[4]!, corruptedAnswerToken: 5000 });
  vi.stubEnv("FT_BACKEND", "none such");
  await expect(runStage(temporaryFolder(), options, "out", rows)).rejects.toThrow(
    /not in the model's vocabulary\n.*dataset\.arrow\n.*row 4, column corruptedAnswerToken\n.*5000/,
  );
  vi.unstubAllEnvs();
});
