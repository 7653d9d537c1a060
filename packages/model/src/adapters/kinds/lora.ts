/** Low-rank adapters (Hu et al. 2021): y = W x + b + s B A x, s = alpha / rank. */
import type { LinearAdapter } from "../../decoder/parts/linear.ts";
import { addGradient } from "../../decoder/parts/part.ts";
import { productNorm } from "./change-norm.ts";
import type { AdapterKind, AdapterModule } from "./kind.ts";
import {
  addToWeight,
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

/** What distinguishes kinds of plain low-rank adapters. */
interface LowRankVariant {
  name: string;
  description: string;
  /** The factor s of the update. */
  scale(module: AdapterModule): number;
  /** Keys of PEFT's configuration that distinguish the variant, with their values. */
  config: { use_rslora: boolean };
}

/** The kind y = W x + b + s B A x with the variant's factor s; in training B A reads x with elements dropped. */
export function lowRank({
  name,
  description,
  scale: scaleOf,
  config,
}: LowRankVariant): AdapterKind<LowRankSettings> {
  return {
    name,
    description,
    module: lowRankModule,
    dropout: ({ settings }) => settings.dropout,

    tensors: (base, modules, seed) =>
      new Map([
        ...modules.flatMap((module) => [...startLowRank(base, module, seed)]),
        ...trainedBiases(base, modules),
      ]),

    adapt(module, tensor, drop): LinearAdapter {
      const names = lowRankNames(module.name);
      const [a, b] = [tensor(names.a), tensor(names.b)];
      const scale = scaleOf(module);
      return {
        forward(ops, { weight, bias }, x) {
          const { input, mask } = dropInput(ops, x, drop);
          const low = ops.matMul(input, a, false, true, scale); // [R, r]
          const y = ops.matMulJoined([x, low], [weight, b], true, bias);
          return { y, saved: { low, ...(mask && { input, mask }) } };
        },
        backward(ops, { weight }, { x, saved: { low, input = x, mask } }, dy, needsInput, gradients) {
          const dLow = ops.matMul(dy, b, false, false, scale); // [R, r]
          if (gradients) {
            addGradient(ops, gradients, names.a, ops.matMul(dLow, input, true, false));
            addGradient(ops, gradients, names.b, ops.matMul(dy, low!, true, false));
          }
          if (!needsInput) return undefined;
          if (!mask) return ops.matMulJoined([dy, dLow], [weight, a]);
          return ops.add(ops.matMul(dy, weight), ops.multiply(ops.matMul(dLow, a), mask));
        },
      };
    },

    /** W + s B A. */
    merge: (ops, module, base, trained) =>
      addToWeight(ops, module, base, () => lowRankUpdate(ops, trained, module.name, scaleOf(module))),

    changeNorm(module, _, trained) {
      const { a, b } = lowRankNames(module.name);
      return scaleOf(module) * productNorm(trained.get(b)!, trained.get(a)!);
    },

    peft: (modules, trained) => lowRankPeft(modules, trained, config),
    fromPeft: lowRankFromPeft(
      ({ use_dora: dora, use_rslora: rslora }) => !dora && Boolean(rslora) === config.use_rslora,
    ),
  };
}

export const lora = lowRank({
  name: "lora",
  description: "a low-rank update of each module's weight",
  scale: ({ alpha, rank }) => alpha / rank,
  config: { use_rslora: false },
});
