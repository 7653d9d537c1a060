/** The inputs of attribute and evaluate stages, small: a random model, pairs, a plan, and checkpoints of random adapters. */

import { join } from "node:path";
import {
  type CheckpointRow,
  checkpointsSchema,
  createProvenance,
  type DatasetRow,
  datasetSchema,
  type PlanRow,
  planSchema,
  seededRandom,
  writeTable,
} from "@ft/artifacts";
import {
  adapterOf,
  adapterTensors,
  initializeModel,
  type ModelConfig,
  saveModel,
  tensorRows,
} from "@ft/model";
import { gptNeoxConfig } from "../../../model/src/testing/gpt-neox-config.ts";

export const tinyConfig: ModelConfig = gptNeoxConfig({
  dModel: 8,
  dMlp: 16,
  vocabulary: 12,
  rotaryDims: 2,
  initializerRange: 0.5,
});

export const tinyModel = initializeModel(tinyConfig, 1);

/** A plan of rank 2 on one linear per layer. */
export const planRows: PlanRow[] = [0, 1].map((layer) => ({
  plan: "lora-r2",
  draw: 0,
  seed: null,
  kind: "lora",
  settings: "{}",
  layer,
  module: "query_key_value",
  rank: 2,
  alpha: 4,
  critical: false,
  edgeChange: null,
  reason: "the same rank everywhere",
}));

/** The tensors of a checkpoint: B is zero at step 0 and grows with it. */
export function checkpointRows(plan: string, seed: number, step: number): CheckpointRow[] {
  const start = adapterTensors(tinyModel.weights, adapterOf(tinyModel.config, planRows), seed);
  const tensors = new Map(
    [...start].map(([name, { shape, data }]) => {
      const random = seededRandom(seed, name);
      const grown = data.map(() => 0.2 * step * random.normal());
      return [name, { shape, data: name.includes("lora_B") ? grown : data }];
    }),
  );
  return Array.from(tensorRows(tensors), (row) => ({ plan, draw: 0, seed, step, ...row }));
}

/** Six pairs to find circuits on, and one that is trained on. */
export function datasetRows(): DatasetRow[] {
  return Array.from({ length: 7 }, (_, example) => ({
    example,
    split: example === 0 ? "train" : "circuit",
    kind: "add",
    clean: `clean ${example}`,
    corrupted: `corrupted ${example}`,
    answer: "",
    corruptedAnswer: "",
    cleanTokens: [0, 1, 2 + example, 3, 4],
    corruptedTokens: [0, 1, 2 + example, 5, 4],
    answerToken: example,
    corruptedAnswerToken: 11 - example,
  }));
}

/** Writes all of it. Steps 0, 1 and 2 of one run. @returns the folders by role, as a stage receives them */
export async function writeInputs(
  folder: string,
  rows = datasetRows(),
): Promise<{ model: string; inputs: Record<string, string[]> }> {
  const provenance = createProvenance();
  const at = (name: string) => join(folder, name);
  saveModel(at("model"), tinyModel);
  await writeTable(at("data"), datasetSchema, rows, provenance);
  await writeTable(at("plan"), planSchema, planRows, provenance);
  const checkpoints = [0, 1, 2].flatMap((step) => checkpointRows("lora-r2", 1, step));
  const runs = { experiment: "test", stage: "train" };
  await writeTable(at("train"), checkpointsSchema, checkpoints, createProvenance({ runs }));
  return { model: at("model"), inputs: { data: [at("data")], plan: [at("plan")], train: [at("train")] } };
}
