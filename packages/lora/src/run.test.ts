import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointsSchema,
  createProvenance,
  gradientsSchema,
  layersSchema,
  type Progress,
  parseConfig,
  planSchema,
  readTable,
  silentProgress,
  writeTable,
} from "@ft/artifacts";
import {
  adapterOf,
  adapterTensors,
  initializeModel,
  type ModelConfig,
  modulesOf,
  saveModel,
  tensorRows,
} from "@ft/model";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { type TestCheckpoint, writeCircuits } from "../../graph/src/testing/write-circuits.ts";
import { gptNeoxConfig } from "../../model/src/testing/gpt-neox-config.ts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";

const shape = { layers: 3, heads: 2, parallel: true };
const model: ModelConfig = gptNeoxConfig({ ...shape, dModel: 8, rotaryDims: 2 });
const plans = [{ name: "circuit-lora", method: "circuit", ranks: [2, 4], critical: 1 }];

/** Runs the stage on a model's config.json and optional circuits; returns its folder and notes. */
async function runStage(
  config: object,
  checkpoints?: TestCheckpoint[],
  circuitShape = shape,
  write: (folder: string) => Promise<Record<string, string[]>> = async () => ({}),
) {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  mkdirSync(at("out"));
  saveModel(at("model"), initializeModel(model, 1));
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
    inputs: { ...(checkpoints && { circuits: [at("circuits")] }), ...(await write(folder)) },
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

test("of several seeds the mean of the sums is used, with how often each layer would be chosen and what it took", async () => {
  const { output, notes } = await runStage({ plans }, [
    { seed: 1, step: 0, circuit: {} },
    { seed: 1, step: 5, circuit: { "m0->logits": 3, "m1->logits": 4 } },
    { seed: 2, step: 0, circuit: {} },
    { seed: 2, step: 7, circuit: { "m0->logits": 3 } },
  ]);
  const rows = readTable(output, planSchema).filter(({ module }) => module === "dense");
  expect(rows.map(({ edgeChange, critical }) => [edgeChange, critical])).toEqual([
    [3, true],
    [2, false],
    [0, false],
  ]);
  expect(rows[0]!.reason).toBe(
    "place 1 of 3 by edge change: critical (critical in 1 of 2 probe runs, 12 updates in all)",
  );
  expect(notes[0]).toBe(
    "circuit-lora: layers ranked by 2 probe runs, 12 updates in all; 3 or more show whether layers depend on the seed",
  );
});

test("a circuit plan without circuits is refused with what is missing", async () => {
  await expect(runStage({ plans })).rejects.toThrow("a plan by edge change needs circuits");
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

describe("plans by norms", () => {
  const first = { critical: 1, ranks: [1, 2] };
  const weightPlans = { plans: [{ name: "w", method: "weight-change", ...first }] };
  const gradientPlans = { plans: [{ name: "g", method: "gradient-norm", ...first }] };
  const critical = (output: string) => [
    ...new Set(readTable(output, planSchema).flatMap((row) => (row.critical ? [row.layer] : []))),
  ];

  /** A probe of rank 1 on the linear dense, whose B is all 0 except in one layer, at two checkpoints of two seeds. */
  async function writeProbe(folder: string): Promise<Record<string, string[]>> {
    const at = (name: string) => join(folder, name);
    const planned = [0, 1, 2].map((layer) => ({ ...probeRow, layer }));
    await writeTable(at("probe-plan"), planSchema, planned, createProvenance());
    const start = adapterTensors(initializeModel(model, 1).weights, adapterOf(model, planned), 1);
    const rows = [1, 2].flatMap((seed) =>
      [0, 4].flatMap((step) => {
        /** At the start layer 0 is far, which must not count; at the end layer 1 of seed 1, or layer 2 of seed 2, less far. */
        const moved = step === 0 ? [9, 0, 0] : seed === 1 ? [0, 3, 1] : [0, 0, 1];
        const tensors = new Map(
          [...start].map(([name, { shape, data }]) => {
            const layer = Number(/layers\.(\d)/.exec(name)![1]);
            const value = name.includes("lora_B") ? moved[layer]! : 1;
            return [name, { shape, data: data.map(() => value) }];
          }),
        );
        return Array.from(tensorRows(tensors), (row) => ({ plan: "probe", draw: 0, seed, step, ...row }));
      }),
    );
    await writeTable(at("probe"), checkpointsSchema, rows, createProvenance());
    return { train: [at("probe")], plan: [at("probe-plan")] };
  }
  const probeRow = {
    ...{
      plan: "probe",
      draw: 0,
      seed: null,
      kind: "lora",
      settings: "{}",
      layer: 0,
      module: "dense",
      rank: 1,
      alpha: 1,
    },
    ...{ critical: false, edgeChange: null, reason: "" },
  };

  test("rank layers by what probe runs added to their weights at the end, as a mean over runs", async () => {
    const { output } = await runStage(weightPlans, undefined, shape, writeProbe);
    expect(critical(output)).toEqual([1]);
    const reasons = readTable(output, planSchema).filter(({ module }) => module === "dense");
    expect(reasons.map(({ reason }) => reason)).toEqual([
      "place 3 of 3 by change of weights (critical in 0 of 2 probe runs, 8 updates in all)",
      "place 1 of 3 by change of weights: critical (critical in 1 of 2 probe runs, 8 updates in all)",
      "place 2 of 3 by change of weights (critical in 1 of 2 probe runs, 8 updates in all)",
    ]);
  });

  test("count only the plan's own linears", async () => {
    const none = { plans: [{ ...weightPlans.plans[0], modules: ["query_key_value"] }] };
    const { output } = await runStage(none, undefined, shape, writeProbe);
    expect(critical(output)).toEqual([0]);
  });

  test("rank layers by their gradients, all linears as one vector", async () => {
    const norms = [
      [3, 3, 3, 3],
      [5, 0, 0, 0],
      [4, 4, 1, 1],
    ];
    const write = async (folder: string, from = 0) => {
      const rows = norms.flatMap((own, layer) =>
        own.map((norm, i) => ({ layer, module: modulesOf(model)[i]!, norm, weights: 1, examples: 1 })),
      );
      await writeTable(join(folder, "gradients"), gradientsSchema, rows.slice(from), createProvenance());
      return { gradients: [join(folder, "gradients")] };
    };
    // 6 in layer 0, 5 in layer 1, 5.83 in layer 2.
    expect(critical((await runStage(gradientPlans, undefined, shape, write)).output)).toEqual([0]);
    const one = { plans: [{ ...gradientPlans.plans[0], modules: ["query_key_value"] }] };
    expect(critical((await runStage(one, undefined, shape, write)).output)).toEqual([1]);
    await expect(runStage(gradientPlans, undefined, shape, (folder) => write(folder, 1))).rejects.toThrow(
      /a linear has no gradient[\s\S]*query_key_value of layer 0/,
    );
  });

  test("are refused without what they need", async () => {
    await expect(runStage(gradientPlans)).rejects.toThrow(/needs gradients\n {2}place: inputs.gradients/);
    await expect(runStage(weightPlans)).rejects.toThrow(/needs the checkpoints[\s\S]*inputs.train/);
    const without = async (folder: string) => ({ train: (await writeProbe(folder)).train! });
    await expect(runStage(weightPlans, undefined, shape, without)).rejects.toThrow(/place: inputs.plan/);
  });
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
