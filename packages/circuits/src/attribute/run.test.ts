import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readManifest, scoresSchema, tablePath, totalBytes } from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { createGraph } from "@ft/graph";
import {
  checkpointModel,
  graphShape,
  initializeModel,
  listCheckpoints,
  readCheckpoints,
  readPlans,
} from "@ft/model";
import { expect, test, vi } from "vitest";
import { expectAllClose } from "../../../backend/src/testing/all-close.ts";
import { scoreGraph } from "../attribution/attribute.ts";
import { attributionCosts } from "../fit-memory.ts";
import { readDatasetPairs } from "../pairs/dataset-pairs.ts";
import { Workbench } from "../testing/run-stages.ts";
import { datasetRows, tinyConfig, tinyModel } from "../testing/write-inputs.ts";

const graph = createGraph(graphShape(tinyConfig));

/** The files that a stage keeps for a later attempt, whatever the backend. */
function kept(bench: Workbench): string[] {
  const work = bench.at("work-attribute");
  return readdirSync(work, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(work, name));
}

test("every checkpoint has the score of every edge, in the graph's order, as attribution gives it", async () => {
  const bench = new Workbench();
  const { scores } = await bench.attribute();
  const { layers, heads, parallel } = graph;
  expect(scores.map(({ plan, draw, seed, step, sample }) => [plan, draw, seed, step, sample])).toEqual(
    [0, 1, 2].map((step) => ["lora-r2", 0, 1, step, "all"]),
  );
  const ops = await openBackend();
  const { inputs } = await bench.inputs();
  const pairs = readDatasetPairs(inputs.data!, tinyConfig);
  const plans = readPlans(inputs.plan!, tinyConfig);
  const [train] = inputs.train as [string];
  for (const checkpoint of readCheckpoints(train, listCheckpoints(train))) {
    const row = scores.find(({ step }) => step === checkpoint.step)!;
    expect(row).toMatchObject({ layers, heads, parallel });
    const model = checkpointModel(ops, tinyModel, plans, checkpoint);
    const { edges, nodes } = scoreGraph(ops, model, pairs);
    expect(row.scores).toEqual(Array.from(edges));
    expect(row.nodeScores).toEqual(Array.from(nodes));
  }
});

test("progress counts all the work, whether done now or by an earlier attempt", async () => {
  const bench = new Workbench();
  const first = await bench.attribute();
  expect([first.total, first.done]).toEqual([3 * 6, 3 * 6]);
  const again = await bench.attribute({}, "again");
  expect([again.total, again.done]).toEqual([3 * 6, 3 * 6]);
});

test("checkpoints that an earlier run had scored are not scored again, new ones and those with other settings are", async () => {
  const bench = new Workbench();
  const first = await bench.attribute({ checkpoints: [0, 1] });
  expect(kept(bench)).toHaveLength(2);
  for (const file of kept(bench)) {
    const [all] = JSON.parse(readFileSync(file, "utf8")) as [{ edges: number[]; nodes: number[] }];
    const edges = all.edges.map((score) => 2 * score);
    writeFileSync(file, JSON.stringify([{ ...all, edges }]));
  }
  const doubled = first.scores.map((row) => ({ ...row, scores: row.scores.map((score) => 2 * score) }));
  const { scores } = await bench.attribute({}, "again");
  expect(kept(bench)).toHaveLength(3);
  expect(scores.slice(0, 2)).toEqual(doubled);
  const other = await bench.attribute({ checkpoints: [0, 1], examples: 6 }, "other");
  expect(kept(bench)).toHaveLength(5);
  expect(other.scores).toEqual(first.scores);
});

test("can be limited to fewer examples and checkpoints", async () => {
  const config = { method: "eap", metric: "logit-diff", examples: 2, checkpoints: "ends" };
  const { scores, total } = await new Workbench().attribute(config);
  expect(scores.map(({ step }) => step)).toEqual([0, 2]);
  expect(total).toBe(2 * 2);
});

test("samples are scored next to all examples: parts average to them", async () => {
  const samples = { halves: 1, splits: 3, bootstrap: 2, perturbed: [50] };
  const config = { method: "eap", metric: "logit-diff", checkpoints: [2], samples };
  const { scores, total, done } = await new Workbench().attribute(config);
  const parts = (name: string) => scores.filter(({ sample }) => sample.startsWith(name));
  expect(scores.map(({ sample }) => sample)).toEqual([
    "all",
    ...["half 1", "half 2", "split 1", "split 2", "split 3", "bootstrap 1", "bootstrap 2", "perturbed 50"],
  ]);
  expect(done).toBe(total);
  for (const own of [parts("half"), parts("split")]) {
    const mean = own[0]!.scores.map((_, edge) =>
      own.reduce((sum, row) => sum + row.scores[edge]! / own.length, 0),
    );
    expectAllClose(mean, scores[0]!.scores, { relative: 1e-5 });
  }
  expect(parts("bootstrap 1")[0]!.scores).not.toEqual(parts("bootstrap 2")[0]!.scores);
});

test("random models have the model's shape, and weights by the seed of each run", async () => {
  const bench = new Workbench();
  const { scores, total, done } = await bench.attribute({ model: "random", samples: { splits: 2 } });
  expect(scores.map(({ plan, draw, seed, step, sample }) => [plan, draw, seed, step, sample])).toEqual(
    ["all", "split 1", "split 2"].map((sample) => ["random model", 0, 1, 0, sample]),
  );
  expect([total, done]).toEqual([6, 6]);
  const { inputs } = await bench.inputs();
  const pairs = readDatasetPairs(inputs.data!, tinyConfig);
  const { edges } = scoreGraph(await openBackend(), initializeModel(tinyConfig, 1), pairs);
  expectAllClose(scores[0]!.scores, edges, { relative: 1e-5 });
});

test("exact patching announces its cost before it starts, and counts every patch", async () => {
  const bench = new Workbench();
  const { total, done, notes, scores } = await bench.attribute({ method: "exact", checkpoints: "ends" });
  const patches = graph.edges + graph.sources;
  expect(notes).toEqual([
    expect.stringMatching(
      /^exact patches \d+ edges and \d+ nodes .* on 6 examples at each of 2 checkpoints$/,
    ),
  ]);
  expect([total, done]).toEqual([2 * 6 * patches, 2 * 6 * patches]);
  expect(scores).toHaveLength(2);
});

test("a token outside the vocabulary is refused before any backend opens", async () => {
  const bench = new Workbench();
  await bench.inputs(datasetRows().with(4, { ...datasetRows()[4]!, corruptedAnswerToken: 5000 }));
  vi.stubEnv("FT_BACKEND", "none such");
  await expect(bench.attribute()).rejects.toThrow(
    /not in the model's vocabulary\n.*dataset\.arrow\n.*row 4, column corruptedAnswerToken\n.*5000/,
  );
  vi.unstubAllEnvs();
});

test("within less memory the scores are the same up to rounding, and the manifest has the memory of a tree", async () => {
  const bench = new Workbench();
  const { scores } = await bench.attribute({ checkpoints: [2] });
  const pairs = readDatasetPairs((await bench.inputs()).inputs.data!, tinyConfig);
  const bytes = (treeBytes?: number) =>
    totalBytes(attributionCosts({ config: tinyConfig }, pairs, {}, treeBytes).memory);
  vi.stubEnv("FT_MEMORY", String(Math.round((bytes(1) + bytes()) / 2)));
  const limited = await bench.attribute({ checkpoints: [2] }, "limited");
  expect(limited.notes).toEqual([expect.stringContaining("memory is limited")]);
  expectAllClose(limited.scores[0]!.scores, scores[0]!.scores, { relative: 1e-5 });
  const { config } = readManifest(tablePath(limited.output, scoresSchema));
  expect(config).toMatchObject({ batches: { treeBytes: expect.any(Number) } });
  vi.stubEnv("FT_MEMORY", "1MiB");
  await expect(bench.attribute({}, "refused")).rejects.toThrow(/attribution needs .*, and may take 1 MiB/);
  vi.unstubAllEnvs();
});
