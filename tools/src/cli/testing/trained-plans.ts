/** A train stage's folder with a trained checkpoint of every kind of adapter. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointsSchema,
  createProvenance,
  hashModel,
  type PlanRow,
  planSchema,
  seededRandom,
  settingsText,
  writeTable,
} from "@ft/artifacts";
import { planOptions, planRows } from "@ft/lora";
import {
  adapterOf,
  adapterTensors,
  type LoadedModel,
  loadModel,
  modulesOf,
  tensorRows,
  type Weights,
} from "@ft/model";
import { noMeasures } from "../../../../packages/lora/src/testing/no-measures.ts";

/** A GPT-NeoX with a byte-level tokenizer, as transformers saved it. */
export const BASE = join(import.meta.dirname, "../../../../test/fixtures/pythia-like/model");

/** Plans by name: every kind, CircuitLoRA's differing ranks, and trained biases. */
const PLANS: Record<string, object> = {
  lora: { method: "uniform", rank: 2 },
  patterns: { method: "budget", ranks: [1, 4], critical: 1 },
  rslora: { method: "uniform", rank: 2, kind: "rslora", settings: { bias: "all" } },
  dora: { method: "uniform", rank: 2, kind: "dora", settings: { bias: "lora_only" } },
  adalora: { method: "uniform", rank: 4, kind: "adalora" },
  "adalora-some": {
    ...{ method: "uniform", rank: 3, scale: 3, kind: "adalora", settings: { bias: "all" } },
    modules: ["query_key_value", "dense_4h_to_h"],
  },
  ia3: { method: "uniform", kind: "ia3" },
  "ia3-some": {
    ...{ method: "uniform", kind: "ia3", settings: { feedforward: ["dense_4h_to_h"] } },
    modules: ["query_key_value", "dense_4h_to_h"],
  },
  full: { method: "full" },
};

export const trainedPlans = Object.keys(PLANS);

/** Writes the plan stage and the train stage below `folder`; returns the base and what was trained, by plan. */
export async function writeTrainedPlans(folder: string): Promise<{
  base: LoadedModel;
  rows: Map<string, PlanRow[]>;
  trained: Map<string, Weights>;
  /** The options of a command that name the checkpoints. */
  options: string[];
}> {
  const base = await loadModel(BASE);
  const at = (name: string) => join(folder, name);
  for (const name of ["plan", "train"]) mkdirSync(at(name), { recursive: true });
  const rows = new Map(
    Object.entries(PLANS).map(([name, options]) => [
      name,
      planRows(planOptions.parse({ name, ...options }), {
        layers: base.config.layers,
        modules: modulesOf(base.config),
        seed: 1,
        ...noMeasures,
      }).map((row) => ({ ...row, settings: settingsText(JSON.parse(row.settings)) })),
    ]),
  );
  const trained = new Map(
    [...rows].map(([plan, own]) => [
      plan,
      train(adapterTensors(base.weights, adapterOf(base.config, own), 1)),
    ]),
  );
  const checkpoints = [...trained].flatMap(([plan, tensors]) =>
    Array.from(tensorRows(tensors), (row) => ({ plan, draw: 0, seed: 1, step: 9, ...row })),
  );
  const provenance = createProvenance({ inputs: { model: hashModel(BASE) } });
  await writeTable(at("plan"), planSchema, [...rows.values()].flat(), provenance);
  await writeTable(at("train"), checkpointsSchema, checkpoints, provenance);
  const options = ["--checkpoint", at("train"), "--plans", at("plan"), "--model", BASE];
  return { base, rows, trained, options };
}

/** Values away from their start; of singular values every third is pruned, and in one module all are. */
function train(start: Weights): Weights {
  return new Map(
    [...start].map(([name, { shape, data }]) => {
      const random = seededRandom(1, name);
      const isPruned = (i: number) =>
        name.endsWith("lora_E") && (i % 3 === 0 || name.includes("layers.1.mlp"));
      const value = data.map((before, i) => (isPruned(i) ? 0 : before + 0.1 * random.normal()));
      return [name, { shape, data: value }];
    }),
  );
}
