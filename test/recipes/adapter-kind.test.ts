/** CONTRIBUTING's recipe "Add an adapter kind": one file and one line, and the laws that every kind is tested by. */
import { join } from "node:path";
import { seededRandom } from "@ft/artifacts";
import { type Ops, openBackend, type ParameterState } from "@ft/backend";
import {
  type Adapter,
  type AdapterKind,
  adapterKind,
  adapterKinds,
  adapterTensors,
  batchLogits,
  createTrainable,
  layOut,
  linearName,
  loadDecoder,
  loadModel,
  type Model,
  type ModelConfig,
  mergeAdapter,
  modulesOf,
  parameterRatio,
  readParameters,
  type Weights,
} from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { expectAllClose } from "../../packages/backend/src/testing/all-close.ts";

/**
 * The kind as its file would export it: an update as a singular value decomposition, y = W x + b + alpha / rank B diag(E)
 * A x, which is AdaLoRA without its pruning and its penalty.
 */
const svd: AdapterKind = {
  name: "svd",
  description: "a low-rank update with a singular value per rank",
  module: z.strictObject({ rank: z.int().positive(), alpha: z.number(), settings: z.strictObject({}) }),
  tensors(base, modules, seed) {
    const tensors: Weights = new Map();
    for (const { name, rank } of modules) {
      const [outputs, inputs] = base.get(`${name}.weight`)!.shape as [number, number];
      const normal = (part: string, shape: [number, number]) => ({
        shape,
        get data() {
          const random = seededRandom(seed, `svd ${name} ${part}`);
          return new Float32Array(shape[0] * shape[1]).map(() => 0.02 * random.normal());
        },
      });
      tensors.set(`${name}.lora_A`, normal("A", [rank, inputs]));
      tensors.set(`${name}.lora_E`, { shape: [rank, 1], data: new Float32Array(rank) });
      tensors.set(`${name}.lora_B`, normal("B", [outputs, rank]));
    }
    return tensors;
  },
  adapt({ name, alpha, rank }, tensor) {
    const [a, b] = [tensor(`${name}.lora_A`), tensor(`${name}.lora_B`)];
    const e = tensor(`${name}.lora_E`); // [r, 1]
    const scale = alpha / rank;
    return {
      forward(ops, { weight, bias }, x) {
        const low = ops.matMul(x, a, false, true, scale); // [R, r]
        const scaled = ops.multiply(low, ops.reshape(e, [rank]));
        return { y: ops.matMulJoined([x, scaled], [weight, b], true, bias), saved: { low, scaled } };
      },
      backward(ops, { weight }, { x, saved }, dy, needsInput, gradients) {
        const dScaled = ops.matMul(dy, b); // [R, r]
        const dLow = ops.scale(ops.multiply(dScaled, ops.reshape(e, [rank])), scale);
        gradients?.set(`${name}.lora_A`, ops.matMul(dLow, x, true));
        gradients?.set(`${name}.lora_B`, ops.matMul(dy, saved.scaled!, true));
        const dE = ops.sum(ops.multiply(dScaled, saved.low!), [0]);
        gradients?.set(`${name}.lora_E`, ops.reshape(dE, [rank, 1]));
        return needsInput ? ops.matMulJoined([dy, dLow], [weight, a]) : undefined;
      },
    };
  },
  merge(ops, { name, alpha, rank }, base, trained) {
    const [a, b, e] = ["A", "B", "E"].map((part) => trained.get(`${name}.lora_${part}`)!);
    const { shape, data } = base.get(`${name}.weight`)!;
    const merged = ops.scope(() => {
      const rows = ops.multiply(ops.tensor(a!.data, a!.shape), ops.tensor(e!.data, e!.shape));
      const change = ops.matMul(ops.tensor(b!.data, b!.shape), rows, false, false, alpha / rank);
      return ops.read(ops.add(ops.tensor(data, shape), change)) as Float32Array;
    });
    return new Map([[`${name}.weight`, { shape, data: merged }]]);
  },
};
(adapterKinds as AdapterKind[]).push(svd); // the line in the registry

/** Float32 through two layers. */
const ROUNDING = { relative: 1e-4 };
/** What the second order of a step and float32's rounding of two losses leave of a difference quotient. */
const DIFFERENCE = 0.02;
/** How far a step along random signs changes the loss, about. */
const STEP = 0.01;
/** The most that a step changes an element, of the size of {@link trainedState}'s noise or less. */
const LONGEST_STEP = 0.01;
/** Tensors whose gradients leave out a part by definition: DoRA's, which take the norms as constants, are compared with PEFT's. */
const DETACHED: Record<string, RegExp> = { dora: /lora_[AB]/ };

let ops: Ops;
let model: Model;
beforeAll(async () => {
  ops = await openBackend();
  model = await loadModel(join(import.meta.dirname, "../fixtures/parity-neox-sequential"));
});

/** An adapter on every linear, of another rank in each layer if the kind has ranks, with its default settings. */
function adapterFor(name: string, config: ModelConfig, rank: (layer: number) => number): Adapter {
  const kind = adapterKind(name);
  const modules = Array.from({ length: config.layers }, (_, layer) =>
    modulesOf(config).map((module) => {
      const given = { rank: rank(layer), alpha: 3, settings: {} };
      const { data } = kind.module.safeParse(given);
      const fitting = data ?? kind.module.parse({ ...given, rank: 0, alpha: 0 });
      return { name: linearName(config, layer, module), ...fitting };
    }),
  ).flat();
  return { kind: name, modules: kind.adapt ? modules : [] };
}

/** An adapter that was trained: all its tensors are away from their start. */
function trainedState(adapter: Adapter): Map<string, ParameterState> {
  return new Map(
    [...adapterTensors(model.weights, adapter, 1)].map(([name, { data }]) => {
      const random = seededRandom(1, `trained ${name}`);
      const zeros = () => new Float32Array(data.length);
      const value = data.map((start) => start + 0.06 * random.normal());
      return [name, { value, firstMoment: zeros(), secondMoment: zeros() }];
    }),
  );
}

const batch = layOut(
  [
    [1, 2, 3, 4],
    [1, 2, 5],
    [6, 2, 3, 7],
  ].map((tokens) => ({
    tokens,
    targets: tokens.map((token, position) => ({ position, token: 10 + token })),
  })),
);

function logitsOf(weights: Weights): Float32Array {
  const { decoder, dispose } = loadDecoder(ops, model.config, weights);
  const logits = ops.read(batchLogits(ops, decoder, batch)) as Float32Array;
  dispose();
  return logits;
}

describe.each(adapterKinds.map(({ name }) => name))("an adapter of kind %s", (kind) => {
  let adapter: Adapter;
  beforeAll(() => {
    adapter = adapterFor(kind, model.config, (layer) => 2 + layer);
  });

  test("starts as the base model, with the same values under the same seed", () => {
    const start = adapterTensors(model.weights, adapter, 1);
    expectAllClose(
      logitsOf(mergeAdapter(ops, model.weights, adapter, start)),
      logitsOf(model.weights),
      ROUNDING,
    );
    for (const [name, { data }] of adapterTensors(model.weights, adapter, 1))
      expect(data).toEqual(start.get(name)!.data);
  });

  test("merged computes what it computes unmerged", () => {
    const trainable = createTrainable(ops, model, adapter, 1, trainedState(adapter));
    const logits = ops.read(batchLogits(ops, trainable.decoder(), batch));
    const merged = mergeAdapter(ops, model.weights, adapter, readParameters(ops, trainable));
    trainable.dispose();
    expect([...merged.keys()]).toEqual([...model.weights.keys()]);
    expectAllClose(logits, logitsOf(merged), ROUNDING);
  });

  test("has the gradient of its loss for every tensor that it trains", () => {
    const state = trainedState(adapter);
    const trainable = createTrainable(ops, model, adapter, 1, state);
    const lossAndPenalty = () => {
      const { loss, penalty } = ops.scope(() => trainable.lossAndGradients(batch));
      return loss + penalty;
    };
    ops.scope(() => {
      const { gradients } = trainable.lossAndGradients(batch);
      expect([...gradients.keys()].sort()).toEqual([...trainable.parameters.keys()].sort());
      for (const [name, parameter] of trainable.parameters) {
        const { value } = state.get(name)!;
        const gradient = ops.read(gradients.get(name)!) as Float32Array;
        expect(gradients.get(name)!.shape, name).toEqual(parameter.shape);
        if (DETACHED[kind]?.test(name)) continue;
        const random = seededRandom(1, `direction of ${name}`);
        const direction = gradient.map(() => (random.uniform() < 0.5 ? -1 : 1));
        const slope = gradient.reduce((sum, element, i) => sum + element * direction[i]!, 0);
        const size = Math.hypot(...gradient);
        const step = Math.min(STEP / size, LONGEST_STEP);
        const [up, down] = [step, -step].map((by) => {
          ops.assign(
            parameter,
            value.map((start, i) => start + by * direction[i]!),
          );
          return lossAndPenalty();
        });
        ops.assign(parameter, value);
        expect(Math.abs((up! - down!) / (2 * step) - slope) / size, name).toBeLessThan(DIFFERENCE);
      }
    });
    trainable.dispose();
  });
});

test("a module that the model lacks is refused with a suggestion", () => {
  const [module] = adapterFor("lora", model.config, () => 2).modules;
  const adapter = { kind: "lora", modules: [{ ...module!, name: `${module!.name}x` }] };
  expect(() => adapterTensors(model.weights, adapter, 1)).toThrow(/the nearest is "gpt_neox/);
});

test("an unknown kind is refused with a suggestion", () => {
  expect(() => adapterKind("lorra")).toThrow(/no adapter kind `lorra`; did you mean `lora`\?/);
});

test("AdaLoRA from rank 32 trains 1.7481% of Pythia-1.4B, as published: a singular value per rank besides LoRA's", () => {
  const pythia: ModelConfig = {
    ...model.config,
    layers: 24,
    heads: 16,
    dModel: 2048,
    dMlp: 8192,
    vocabulary: 50_304,
  };
  const ratio = parameterRatio(
    pythia,
    adapterFor("adalora", pythia, () => 32),
  );
  expect((100 * ratio).toFixed(4)).toBe("1.7481");
});
