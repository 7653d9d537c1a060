/**
 * Weight-decomposed low-rank adapters (Liu et al. 2024): with V = W + alpha / rank B A and n the L2 norms of V's rows,
 * y = m / n * (V x) + b, the magnitudes m [out] trained. As in PEFT, n is a constant for the gradients.
 */
import type { Tensor } from "@ft/backend";
import type { LinearAdapter } from "../../decoder/parts/linear.ts";
import { addGradient } from "../../decoder/parts/part.ts";
import type { HostTensor } from "../../weights/host-tensor.ts";
import { type AdapterKind, type AdapterModule, linearShape } from "./kind.ts";
import {
  dropInput,
  type LowRankSettings,
  lowRankFromPeft,
  lowRankModule,
  lowRankNames,
  lowRankPeft,
  lowRankUpdate,
  startLowRank,
  trainedBiases,
} from "./low-rank.ts";

export const dora: AdapterKind<LowRankSettings> = {
  name: "dora",
  description: "a low-rank update of the direction of each module's rows, and their magnitudes",
  module: lowRankModule,
  dropout: ({ settings }) => settings.dropout,

  /** A and B as LoRA's, m the norms of W's rows. */
  tensors: (base, modules, seed) =>
    new Map([
      ...modules.flatMap((module) => [
        ...startLowRank(base, module, seed),
        startMagnitude(base.get(`${module.name}.weight`)!, linearShape(base, module.name), module.name),
      ]),
      ...trainedBiases(base, modules),
    ]),

  /** In training B A and W's part of the change read x' = x with elements dropped: y = W (x - x') + m / n * (V x') + b. */
  adapt(module, tensor, drop): LinearAdapter {
    const names = lowRankNames(module.name);
    const magnitude = magnitudeName(module.name);
    const [a, b, m] = [tensor(names.a), tensor(names.b), tensor(magnitude)];
    const scale = scaleOf(module);
    return {
      forward(ops, { weight, bias }, x) {
        const { input, mask } = dropInput(ops, x, drop);
        const v = ops.add(weight, ops.matMul(b, a, false, false, scale)); // [out, in]
        const inverse = ops.rsqrt(ops.sum(ops.square(v), [1]), 0); // 1 / n, [out]
        const gain = ops.multiply(m, inverse);
        const product = ops.linear(input, v); // [R, out]
        const past = mask && ops.linear(ops.subtract(x, input), weight, bias);
        const y =
          past || bias ? ops.multiplyAdd(product, gain, (past ?? bias)!) : ops.multiply(product, gain);
        return { y, saved: { v, inverse, gain, product, ...(mask && { input, mask }) } };
      },
      backward(ops, { weight }, { x, saved }, dy, needsInput, gradients) {
        const { v, inverse, gain, product, input = x, mask } = saved as Record<string, Tensor>;
        const dProduct = ops.multiply(dy, gain!); // [R, out]
        if (gradients) {
          const dLow = ops.matMul(dProduct, b, false, false, scale); // [R, r]
          const low = ops.matMul(input, a, false, true, scale);
          addGradient(ops, gradients, names.a, ops.matMul(dLow, input, true, false));
          addGradient(ops, gradients, names.b, ops.matMul(dProduct, low, true, false));
          const dGain = ops.sum(ops.multiply(dy, product!), [0]); // [out]
          addGradient(ops, gradients, magnitude, ops.multiply(dGain, inverse!));
        }
        if (!needsInput) return undefined;
        const dInput = ops.matMul(dProduct, v!);
        if (!mask) return dInput;
        const dPast = ops.matMul(dy, weight);
        return ops.add(dPast, ops.multiply(ops.subtract(dInput, dPast), mask));
      },
    };
  },

  /** m / n * (W + alpha / rank B A). */
  merge(ops, module, base, trained) {
    const { name } = module;
    const weight = base.get(`${name}.weight`)!;
    const merged = {
      shape: weight.shape,
      get data() {
        return ops.scope(() => {
          const own = ops.share(weight.data, weight.shape);
          const v = ops.add(own, lowRankUpdate(ops, trained, name, scaleOf(module)));
          const inverse = ops.rsqrt(ops.sum(ops.square(v), [1], true), 0); // [out, 1]
          const m = ops.tensor(trained.get(magnitudeName(name))!.data, inverse.shape);
          return ops.read(ops.multiply(v, ops.multiply(m, inverse))) as Float32Array;
        });
      },
    };
    return new Map([[`${name}.weight`, merged]]);
  },

  peft: (modules, trained) => lowRankPeft(modules, trained, { use_dora: true }),
  // With use_rslora the factor is another one, which no kind here has.
  fromPeft: lowRankFromPeft(
    ({ use_dora: dora, use_rslora: rslora }) => Boolean(dora) && !rslora,
    [".lora_magnitude_vector"],
  ),
};

function startMagnitude(
  weight: HostTensor,
  [outputs, inputs]: [number, number],
  linear: string,
): [string, HostTensor] {
  return [
    magnitudeName(linear),
    {
      shape: [outputs],
      get data() {
        const { data } = weight;
        return Float32Array.from({ length: outputs }, (_, row) => {
          let sum = 0;
          for (let i = row * inputs; i < (row + 1) * inputs; i++) sum += data[i]! ** 2;
          return Math.sqrt(sum);
        });
      },
    },
  ];
}

function magnitudeName(linear: string): string {
  return `${linear}.lora_magnitude_vector`;
}

function scaleOf({ alpha, rank }: AdapterModule): number {
  return alpha / rank;
}
