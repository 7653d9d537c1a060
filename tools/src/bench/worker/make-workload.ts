/** Makes a workload's folder. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { seededRandom, writeFileAtomic } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import { edgesIn } from "@ft/graph";
import { adapterTensors, initializeModel, saveModel, type Weights, writeSafetensors } from "@ft/model";
import { makePairs } from "../pairs.ts";
import type { Shape } from "../shapes.ts";
import {
  ADAPTER_FILE,
  loraModules,
  TRAINING,
  WORKLOAD_FILE,
  type Workload,
  workloadKey,
} from "../workload.ts";
import { foundCircuit } from "./found-circuit.ts";

const SEED = 1;
/** As many as the paper finds its circuits on: a tenth of 5,000 examples. */
const PAIRS = 500;
const CIRCUIT_FRACTION = 0.05;

/** @param root the repository's */
export async function makeWorkload(ops: Ops, root: string, folder: string, shape: Shape): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const model = initializeModel(shape.config, SEED);
  saveModel(folder, model);
  const { lora } = TRAINING["lora-step"];
  const modules = loraModules(shape.config, lora);
  const adapter = adapterTensors(model.weights, { kind: "lora", modules }, SEED);
  writeSafetensors(join(folder, ADAPTER_FILE), withoutZeros(adapter));

  const pairs = await makePairs(root, shape, PAIRS);
  const circuit = foundCircuit(ops, model, pairs, CIRCUIT_FRACTION);
  const workload: Workload = {
    key: workloadKey(shape),
    pairs,
    circuit: edgesIn(circuit),
    ...TRAINING,
  };
  writeFileAtomic(join(folder, WORKLOAD_FILE), `${JSON.stringify(workload)}\n`);
}

/** An adapter starts with B = 0, which would hide a mistake in A's gradient: here B is small and random. */
function withoutZeros(adapter: Weights): Weights {
  return new Map(
    [...adapter].map(([name, { shape, data }]) => {
      if (!name.endsWith(".lora_B.weight")) return [name, { shape, data }];
      const random = seededRandom(SEED, name);
      return [name, { shape, data: data.map(() => 0.01 * random.normal()) }];
    }),
  );
}
