/** Running on shapes alone is the same computation: call by call, the backend makes tensors of these shapes and holds as many. */

import { type Ops, openBackend, openShapes, type Tensor } from "@ft/backend";
import { attribute, evaluateCircuits, loadCircuitModel, type Pair } from "@ft/circuits";
import { createGraph } from "@ft/graph";
import {
  type Adapter,
  createTrainable,
  graphShape,
  initializeModel,
  layOut,
  type ModelConfig,
  onEveryLinear,
} from "@ft/model";
import { beforeAll, expect, test } from "vitest";
import { gptNeoxConfig } from "../../packages/model/src/testing/gpt-neox-config.ts";

const parallel = gptNeoxConfig({ layers: 3, heads: 2, dModel: 16, dMlp: 32, vocabulary: 40, rotaryDims: 4 });
const configs: [string, ModelConfig][] = [
  ["parallel blocks", parallel],
  ["sequential blocks", { ...parallel, parallel: false }],
];

/** Prompts of two lengths that begin alike. */
const pairs: Pair[] = Array.from({ length: 12 }, (_, i) => {
  const rest = i % 3 === 0 ? [4] : [5, 6];
  return {
    clean: [1, 2, 3, 10 + i, ...rest],
    corrupted: [1, 2, 3, 25 + i, ...rest],
    answer: i,
    wrong: i + 1,
  };
});

let backend: Ops;
beforeAll(async () => {
  backend = await openBackend();
});

/** Every call with the shapes of its result, and how many tensors live after it. */
function traced(ops: Ops): { ops: Ops; calls: string[] } {
  const calls: string[] = [];
  const shapesOf = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return null;
    if ("shape" in value) return [(value as Tensor).shape, (value as Tensor).dtype];
    return Object.values(value).map(shapesOf);
  };
  const trace = new Proxy(ops, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      const run = member.bind(target) as (...operands: unknown[]) => unknown;
      if (["scope", "keep", "read", "readParameter"].includes(String(name))) return run;
      return (...operands: unknown[]) => {
        const before = target.liveTensors;
        const result = run(...operands);
        calls.push(JSON.stringify([name, shapesOf(result), target.liveTensors - before]));
        return result;
      };
    },
  });
  return { ops: trace, calls };
}

/** Expects a computation to make the same calls with the same results on the backend and on shapes alone. */
function expectSame(compute: (ops: Ops) => void): void {
  const real = traced(backend);
  compute(real.ops);
  const planned = traced(openShapes().ops);
  compute(planned.ops);
  expect(real.calls.length).toBeGreaterThan(50);
  expect(planned.calls).toEqual(real.calls);
}

test.each(configs)("attribution and evaluation with %s", (_, config) => {
  const model = initializeModel({ ...config, initializerRange: 0.1 }, 1);
  const graph = createGraph(graphShape(config));
  const circuit = graph.emptySet().map((_, edge) => (edge % 3 === 0 ? 1 : 0));
  expectSame((ops) => {
    const loaded = loadCircuitModel(ops, model);
    attribute(ops, loaded, pairs);
    attribute(ops, loaded, pairs, { method: "eap-ig-activations", metric: "logit-diff", ablation: "mean" });
    evaluateCircuits(ops, loaded, pairs, [circuit]);
    loaded.dispose();
  });
});

const adapterOf = (config: ModelConfig, kind: string, settings: object): Adapter => ({
  kind,
  modules: onEveryLinear(config, () => ({ rank: 2, alpha: 4, settings })),
});

test.each([
  ["lora", { dropout: 0, bias: "none" }],
  ["dora", { dropout: 0, bias: "none" }],
  ["full", {}],
])("a step of training with %s", (kind, settings) => {
  const model = initializeModel(parallel, 1);
  expectSame((ops) => {
    const trainable = createTrainable(ops, model, adapterOf(parallel, kind, settings), 1);
    const batch = layOut(
      pairs.map(({ clean, answer }) => ({
        tokens: clean,
        targets: [{ position: clean.length - 1, token: answer }],
      })),
    );
    ops.scope(() => {
      const { gradients } = trainable.lossAndGradients(batch);
      for (const [name, parameter] of trainable.parameters)
        ops.adamW(parameter, gradients.get(name)!, { learningRate: 1e-3, step: 1 });
    });
    trainable.dispose();
  });
});
