/** The jobs of the Node worker. */
import { join } from "node:path";
import type { Ops, ParameterState } from "@ft/backend";
import { attribute, evaluateCircuits, loadCircuitModel } from "@ft/circuits";
import { createGraph, setOf } from "@ft/graph";
import {
  type Adapter,
  batchLogits,
  createTrainable,
  graphShape,
  layOut,
  loadDecoder,
  loadModel,
  loraOnEveryLinear,
  openSafetensors,
} from "@ft/model";
import type { JobName } from "../jobs.ts";
import { ADAPTER_FILE, type TrainingSettings, type Workload } from "../workload.ts";

interface Setting {
  ops: Ops;
  /** The workload's folder, with its model and adapter. */
  folder: string;
  workload: Workload;
  /** Compute shared parts of prompts once. */
  share: boolean;
  /** Examples per step of training. */
  batch: number;
}

/** Does a job on the first examples of the workload and returns its result. */
export type Runner = (examples: number) => ArrayLike<number>;

/** Prepares a job; not measured. */
export const prepareJob: Record<JobName, (setting: Setting) => Promise<Runner>> = {
  "eap-ig": attribution,
  evaluate: evaluation,
  "lora-step": async (setting) => {
    const { lora, ...settings } = setting.workload["lora-step"];
    const { config } = await loadModel(setting.folder);
    const adapter = loraOnEveryLinear(config, lora.rank, lora.alpha);
    return trainingSteps(setting, adapter, settings, readAdapter(setting.folder));
  },
  "full-step": (setting) =>
    trainingSteps(setting, { kind: "full", modules: [] }, setting.workload["full-step"]),
  forward: answering,
};

/** EAP-IG with m = 5 and the paper's metric and grid: every edge's score. */
async function attribution({ ops, folder, workload, share }: Setting): Promise<Runner> {
  const model = loadCircuitModel(ops, await loadModel(folder));
  return (examples) => attribute(ops, model, workload.pairs.slice(0, examples), { share });
}

/** The divergence of the whole model's output from the corrupted one, example by example, then from the circuit's. */
async function evaluation({ ops, folder, workload, share }: Setting): Promise<Runner> {
  const model = loadCircuitModel(ops, await loadModel(folder));
  const circuit = setOf(createGraph(graphShape(model.config)), workload.circuit);
  return (examples) => {
    const pairs = workload.pairs.slice(0, examples);
    const evaluations = evaluateCircuits(ops, model, pairs, [circuit], { share });
    return [...evaluations.model.metric, ...evaluations.circuits[0]!.metric];
  };
}

/** The loss of every step: forward, backward and AdamW's update. */
async function trainingSteps(
  { ops, folder, workload, share, batch }: Setting,
  adapter: Adapter,
  { learningRate, weightDecay }: TrainingSettings,
  start?: ReadonlyMap<string, ParameterState>,
): Promise<Runner> {
  const trainable = createTrainable(ops, await loadModel(folder), adapter, 0, start);
  const sequences = workload.pairs.map(asSequence);
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

function readAdapter(folder: string): Map<string, ParameterState> {
  const file = openSafetensors(join(folder, ADAPTER_FILE));
  return new Map(
    [...file.tensors.keys()].map((name) => {
      const { data: value } = file.read(name);
      const zeros = () => new Float32Array(value.length);
      return [name, { value, firstMoment: zeros(), secondMoment: zeros() }];
    }),
  );
}

/** Prompts per batch. */
const BATCH = 128;

/** Predicts the next token of every clean prompt; returns the cross entropy of its answer. */
async function answering({ ops, folder, workload, share }: Setting): Promise<Runner> {
  const { config, weights } = await loadModel(folder);
  const { decoder } = loadDecoder(ops, config, weights);
  return (examples) => {
    const values: number[] = [];
    for (let first = 0; first < examples; first += BATCH) {
      const pairs = workload.pairs.slice(first, Math.min(first + BATCH, examples));
      ops.scope(() => {
        const batch = layOut(pairs.map(asSequence), share);
        const logits = batchLogits(ops, decoder, batch);
        ops.read(ops.argMax(logits));
        values.push(...ops.read(ops.crossEntropy(logits, ops.tensor(batch.targets, [pairs.length])).losses));
      });
    }
    return values;
  };
}

function asSequence({ clean, answer }: Workload["pairs"][number]) {
  return { tokens: clean, targets: [{ position: clean.length - 1, token: answer }] };
}
