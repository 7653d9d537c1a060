import { openBackend } from "@ft/backend";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gptNeoxConfig } from "../testing/gpt-neox-config.ts";
import type { HostTensor, Weights } from "../weights/host-tensor.ts";
import { initializeModel } from "../weights/index.ts";
import { adapterTensors, changeNorms, mergeAdapter } from "./adapter.ts";
import { productNorm } from "./kinds/change-norm.ts";
import { type Adapter, adapterKinds } from "./kinds/index.ts";

const { weights } = initializeModel(gptNeoxConfig({ dModel: 8, rotaryDims: 2, initializerRange: 0.5 }), 1);
const linear = "gpt_neox.layers.1.mlp.dense_h_to_4h";

/** The tensors of an adapter after training: every value moved. */
function trained(adapter: Adapter): Weights {
  const started = [...adapterTensors(weights, adapter, 3)];
  return new Map(
    started.map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((x, i) => x + Math.sin(i + 1)) },
    ]),
  );
}

test.each(adapterKinds.filter(({ changeNorm }) => changeNorm).map(({ name }) => name))(
  "the change of weights by adapters of kind %s is that of the merged model",
  async (kind) => {
    const settings = {};
    const adapter: Adapter = { kind, modules: [{ name: linear, rank: 3, alpha: 12, settings }] };
    const tensors = trained(adapter);
    const merged = mergeAdapter(await openBackend({ backend: "wasm" }), weights, adapter, tensors);
    const [before, after] = [weights, merged].map((model) => model.get(`${linear}.weight`)!.data);
    const expected = Math.hypot(...after!.map((value, i) => value - before![i]!));
    const norms = changeNorms(weights, adapter, tensors);
    expect([...norms.keys()]).toEqual([linear]);
    expect(norms.get(linear)! / expected).toBeCloseTo(1, 5);
  },
);

test("the norm of a product is found without forming it", () => {
  const matrix = (rows: number, columns: number, data: number[]): HostTensor => ({
    shape: [rows, columns],
    data: Float32Array.from(data),
  });
  // [[1, 2], [0, 1]] [[1, 0, 1], [3, 1, 0]] = [[7, 2, 1], [3, 1, 0]]
  expect(productNorm(matrix(2, 2, [1, 2, 0, 1]), matrix(2, 3, [1, 0, 1, 3, 1, 0]))).toBeCloseTo(8, 12);
  const sizes = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 4 })));
  const values = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(sizes, values, ([out, rank, inputs], x) => {
      const [b, a] = [
        matrix(out!, rank!, x.slice(0, out! * rank!)),
        matrix(rank!, inputs!, x.slice(16, 16 + rank! * inputs!)),
      ];
      let square = 0;
      for (let i = 0; i < out!; i++)
        for (let k = 0; k < inputs!; k++) {
          let sum = 0;
          for (let j = 0; j < rank!; j++) sum += b.data[i * rank! + j]! * a.data[j * inputs! + k]!;
          square += sum ** 2;
        }
      expect(productNorm(b, a)).toBeCloseTo(Math.sqrt(square), 6);
    }),
  );
});
