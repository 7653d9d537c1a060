/** Makes a workload's folder. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { seededRandom, writeFileAtomic } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import { attribute } from "@ft/circuits";
import { buildDataset, configSchema } from "@ft/data";
import { createGraph, edgeCount, edgesIn, rankEdges, topCircuit } from "@ft/graph";
import {
  adapterTensors,
  graphShape,
  initializeModel,
  loadTokenizer,
  loraOnEveryLinear,
  type ModelConfig,
  saveModel,
  type Weights,
  writeSafetensors,
} from "@ft/model";
import { ADAPTER_FILE, TRAINING, WORKLOAD_FILE, type Workload, workloadKey } from "../workload.ts";

const SEED = 1;
/** As many as the paper finds its circuits on: a tenth of 5,000 examples. */
const PAIRS = 500;
const CIRCUIT_FRACTION = 0.05;
/** Prompts the circuit is found on: the cost of evaluation depends more on its size than on its edges. */
const CIRCUIT_PAIRS = 8;

/** @param root the repository's root folder */
export async function makeWorkload(
  ops: Ops,
  root: string,
  folder: string,
  config: ModelConfig,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const model = initializeModel(config, SEED);
  saveModel(folder, model);
  const { rank, alpha } = TRAINING["lora-step"].lora;
  const adapter = adapterTensors(model.weights, loraOnEveryLinear(config, rank, alpha), SEED);
  writeSafetensors(join(folder, ADAPTER_FILE), withoutZeros(adapter));

  const pairs = await makePairs(join(root, "models/nano/tokenizer.json"));
  const graph = createGraph(graphShape(config));
  const order = rankEdges(graph, attribute(ops, model, pairs.slice(0, CIRCUIT_PAIRS)));
  const circuit = topCircuit(graph, order, edgeCount(graph, CIRCUIT_FRACTION));
  const workload: Workload = {
    key: workloadKey(config),
    pairs,
    circuit: edgesIn(circuit),
    ...TRAINING,
  };
  writeFileAtomic(join(folder, WORKLOAD_FILE), `${JSON.stringify(workload)}\n`);
}

/** Add-sub within 100. */
async function makePairs(tokenizer: string): Promise<Workload["pairs"]> {
  const config = configSchema.parse({ task: "add-sub", examples: PAIRS });
  const { rows } = await buildDataset(config, { tokenizer: await loadTokenizer(tokenizer), seed: SEED });
  return rows.map(({ cleanTokens: clean, corruptedTokens: corrupted, answerToken: answer }) => ({
    clean,
    corrupted,
    answer,
  }));
}

/** B is small and random, because B = 0, as adapters start, would hide a mistake in A's gradient. */
function withoutZeros(adapter: Weights): Weights {
  return new Map(
    [...adapter].map(([name, { shape, data }]) => {
      if (!name.endsWith(".lora_B.weight")) return [name, { shape, data }];
      const random = seededRandom(SEED, name);
      return [name, { shape, data: data.map(() => 0.01 * random.normal()) }];
    }),
  );
}
