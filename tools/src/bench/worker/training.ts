/** Steps of fine-tuning: loss, gradients and AdamW's update. */
import { join } from "node:path";
import type { ParameterState } from "@ft/backend";
import {
  type Adapter,
  createTrainable,
  layOut,
  loadModel,
  loadModelConfig,
  openSafetensors,
} from "@ft/model";
import { ADAPTER_FILE, loraModules, type TrainingSettings } from "../workload.ts";
import type { PrepareJob, Runner, Setting } from "./job.ts";

export const loraStep: PrepareJob = async (setting) => {
  const { lora, ...settings } = setting.workload["lora-step"];
  const modules = loraModules(await loadModelConfig(setting.folder), lora);
  return trainingSteps(setting, { kind: "lora", modules }, settings, await readAdapter(setting.folder));
};

export const fullStep: PrepareJob = (setting) =>
  trainingSteps(setting, { kind: "full", modules: [] }, setting.workload["full-step"]);

/** Returns the loss of every step. */
async function trainingSteps(
  { ops, folder, workload, share, batch }: Setting,
  adapter: Adapter,
  { learningRate, weightDecay }: TrainingSettings,
  start?: ReadonlyMap<string, ParameterState>,
): Promise<Runner> {
  const trainable = createTrainable(ops, await loadModel(folder), adapter, 0, start);
  const sequences = workload.pairs.map(({ clean, answer }) => ({
    tokens: clean,
    targets: [{ position: clean.length - 1, token: answer }],
  }));
  let step = 0;
  return (examples) => {
    const losses: number[] = [];
    for (let first = 0; first < examples; first += batch) {
      step++;
      ops.scope(() => {
        const { loss, gradients } = trainable.lossAndGradients(
          layOut(sequences.slice(first, first + batch), share),
        );
        for (const [name, parameter] of trainable.parameters) {
          const decay = parameter.shape.length === 2 ? weightDecay : 0;
          ops.adamW(parameter, gradients.get(name)!, { learningRate, weightDecay: decay, step });
        }
        losses.push(loss);
      });
    }
    return losses;
  };
}

async function readAdapter(folder: string): Promise<Map<string, ParameterState>> {
  const file = openSafetensors(join(folder, ADAPTER_FILE));
  const state = new Map<string, ParameterState>();
  for (const name of file.tensors.keys()) {
    const { data: value } = file.read(name);
    const zeros = () => new Float32Array(value.length);
    state.set(name, { value, firstMoment: zeros(), secondMoment: zeros() });
  }
  return state;
}
