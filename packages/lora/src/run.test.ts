import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  createProvenance,
  layersSchema,
  type Progress,
  parseConfig,
  planSchema,
  readTable,
  silentProgress,
  writeFileAtomic,
} from "@ft/artifacts";
import { familyOf, type ModelConfig } from "@ft/model";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { type TestCheckpoint, writeCircuits } from "../../graph/src/testing/write-circuits.ts";
import { gptNeoxConfig } from "../../model/src/testing/gpt-neox-config.ts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";

const shape = { layers: 3, heads: 2, parallel: true };
const model: ModelConfig = gptNeoxConfig({ ...shape, dModel: 8, rotaryDims: 2 });
const plans = [{ name: "circuit-lora", method: "circuit", ranks: [2, 4], critical: 1 }];

/** Runs the stage on a model's config.json and optional circuits; returns its folder and notes. */
async function runStage(config: object, checkpoints?: TestCheckpoint[], circuitShape = shape) {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  mkdirSync(at("out"));
  writeFileAtomic(at("model/config.json"), JSON.stringify(familyOf(model).configJson(model)));
  if (checkpoints) await writeCircuits(at("circuits"), circuitShape, checkpoints);
  const notes: string[] = [];
  const progress: Progress = { ...silentProgress, note: (text) => notes.push(text) };
  await run({
    experiment: "test",
    stage: "plan",
    folder,
    config: parseConfig(configSchema, config),
    seed: 1,
    model: at("model"),
    inputs: checkpoints ? { circuits: [at("circuits")] } : {},
    output: at("out"),
    work: at("work"),
    progress,
    provenance: createProvenance(),
  });
  return { output: at("out"), notes };
}

/** Layer 2 changes by 6, layer 1 by 4, and layer 0 by 3, of which 2 from the input. */
const before = { "input->m2": 1, "m2->logits": 1, "a1.h0->m2": 1 };
const after = { "input->m2": 3, "m2->logits": -5, "a1.h0->m2": 5, "m0->logits": 1 };

test("plans that do not depend on circuits need none, and report their parameters", async () => {
  const { output, notes } = await runStage({ plans: [{ name: "lora-r2", method: "uniform", rank: 2 }] });
  expect(readTable(output, planSchema)).toHaveLength(3 * 4);
  // Each rank costs 16 d = 128 a layer; the model has 2 * 10 * 8 + 3 * (12 * 64 + 13 * 8) + 16 = 2,792 parameters.
  expect(notes).toEqual([`lora-r2: 768 trainable parameters (${((100 * 768) / (2792 + 768)).toFixed(4)}%)`]);
});

test("a circuit plan compares the first circuit with the last and ranks the layers by every rule", async () => {
  const between = { "a0.h0->logits": 100 };
  const { output } = await runStage({ plans }, [
    { step: 0, circuit: before },
    { step: 10, circuit: between },
    { step: 20, circuit: after },
  ]);
  const critical = readTable(output, planSchema).filter(({ rank }) => rank === 4);
  expect(new Set(critical.map(({ layer, edgeChange }) => `${layer} ${edgeChange}`))).toEqual(
    new Set(["2 6"]),
  );

  const rows = readTable(output, layersSchema);
  const ranking = (wanted: string) =>
    rows.filter(({ layerRule }) => layerRule === wanted).map(({ layer, edgeChange }) => [layer, edgeChange]);
  expect(ranking("source")).toEqual([
    [2, 6],
    [1, 4],
    [0, 3],
  ]);
  expect(ranking("source-without-input")).toEqual([
    [2, 6],
    [1, 4],
    [0, 1],
  ]);
  expect(ranking("destination")).toEqual([
    [2, 13],
    [0, 0],
    [1, 0],
  ]);
  expect(rows.every(({ order, critical }) => critical === (order === 1))).toBe(true);
  expect(rows[0]).toMatchObject({ plan: "lora-r2", draw: 0, seed: 1, sample: "all", rule: "top", size: 0.1 });
});

test("of several seeds the mean of the sums is used", async () => {
  const { output } = await runStage({ plans }, [
    { seed: 1, step: 0, circuit: {} },
    { seed: 1, step: 5, circuit: { "m0->logits": 3, "m1->logits": 4 } },
    { seed: 2, step: 0, circuit: {} },
    { seed: 2, step: 5, circuit: { "m0->logits": 3 } },
  ]);
  const rows = readTable(output, planSchema).filter(({ module }) => module === "dense");
  expect(rows.map(({ edgeChange, critical }) => [edgeChange, critical])).toEqual([
    [3, true],
    [2, false],
    [0, false],
  ]);
});

test("a circuit plan without circuits is refused with what is missing", async () => {
  await expect(runStage({ plans })).rejects.toThrow("a circuit plan needs circuits");
  await expect(runStage({ plans }, [{ step: 0, circuit: before }])).rejects.toThrow(
    "only one checkpoint has a circuit",
  );
  const runs = ["a", "b"].flatMap((plan) => [
    { plan, step: 0, circuit: before },
    { plan, step: 1, circuit: after },
  ]);
  await expect(runStage({ plans }, runs)).rejects.toThrow(
    /from runs of several plans[\s\S]*choose one of a, b/,
  );
  const other = [{ ...plans[0], probe: "c" }];
  await expect(runStage({ plans: other }, runs)).rejects.toThrow(
    /no circuits from runs of this plan[\s\S]*"c"/,
  );
});

test("refuses circuits of another model's graph", async () => {
  const checkpoints = [
    { step: 0, circuit: {} },
    { step: 1, circuit: {} },
  ];
  for (const other of [
    { layers: 4, heads: 2, parallel: true },
    { layers: 3, heads: 1, parallel: true },
  ])
    await expect(runStage({ plans }, checkpoints, other)).rejects.toThrow("the base model has 3 layers of 2");
});

test("names the plan whose module or setting does not exist", async () => {
  const planned = (options: object) =>
    runStage({ plans: [{ name: "p", method: "uniform", rank: 2, ...options }] });
  await expect(planned({ modules: ["dense", "query_key_valu"] })).rejects.toThrow(
    /no module `query_key_valu`; did you mean `query_key_value`\?\n {2}place: plan p/,
  );
  await expect(planned({ settings: { dorpout: 0.1 } })).rejects.toThrow(
    /kind lora[^\n]*settings: Unrecognized key: "dorpout"\n {2}place: plan p/,
  );
});
