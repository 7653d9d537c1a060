/**
 * Activations rescaled by learned vectors l (Liu et al. 2022, "IA3"): y = l * (W x + b); in feed-forward modules
 * y = W (l * x) + b.
 */

import { z } from "zod";
import type { LinearAdapter } from "../../decoder/parts/linear.ts";
import { addGradient } from "../../decoder/parts/part.ts";
import type { HostTensor } from "../../weights/host-tensor.ts";
import { type AdapterKind, type AdapterModule, linearShape } from "./kind.ts";

const none = z.literal(0, "IA3 has neither rank nor alpha: plan it with method uniform and without a rank");
const settings = z.strictObject({
  feedforward: z
    .array(z.string())
    .optional()
    .describe(
      "modules whose input is rescaled instead of their output, such as dense_4h_to_h; default those of the MLP",
    ),
});
type Settings = z.infer<typeof settings>;
type Module = AdapterModule<Settings>;

export const ia3: AdapterKind<Settings> = {
  name: "ia3",
  description: "a factor for each output of a module, or for each input of one in the MLP",
  module: z.strictObject({ rank: none, alpha: none, settings }),

  problem(modules) {
    const unknown = modules[0]?.settings.feedforward?.find(
      (name) => !modules.some((module) => hasName(module, name)),
    );
    return unknown === undefined ? undefined : `feedforward names \`${unknown}\`, which has no adapter`;
  },

  /** All ones: training starts at the base. */
  tensors: (base, modules) =>
    new Map(
      modules.map((module): [string, HostTensor] => {
        const [outputs, inputs] = linearShape(base, module.name);
        const shape = isFeedforward(module) ? [1, inputs] : [outputs, 1];
        return [
          nameOf(module),
          {
            shape,
            get data() {
              return new Float32Array(Math.max(...shape)).fill(1);
            },
          },
        ];
      }),
    ),

  adapt(module, tensor): LinearAdapter {
    const name = nameOf(module);
    const { shape } = tensor(name);
    return isFeedforward(module)
      ? {
          forward(ops, { weight, bias }, x) {
            return { y: ops.linear(ops.multiply(x, tensor(name)), weight, bias), saved: {} };
          },
          backward(ops, { weight }, { x }, dy, needsInput, gradients) {
            const dScaled = ops.matMul(dy, weight); // [R, in]
            if (gradients) addGradient(ops, gradients, name, ops.sum(ops.multiply(dScaled, x), [0], true));
            return needsInput ? ops.multiply(dScaled, tensor(name)) : undefined;
          },
        }
      : {
          forward(ops, { weight, bias }, x) {
            const plain = ops.linear(x, weight, bias); // [R, out]
            return { y: ops.multiply(plain, ops.reshape(tensor(name), [-1])), saved: { plain } };
          },
          backward(ops, { weight }, { saved }, dy, needsInput, gradients) {
            if (gradients) {
              const dFactor = ops.sum(ops.multiply(dy, saved.plain!), [0]);
              addGradient(ops, gradients, name, ops.reshape(dFactor, shape));
            }
            if (!needsInput) return undefined;
            return ops.matMul(ops.multiply(dy, ops.reshape(tensor(name), [-1])), weight);
          },
        };
  },

  /** W diag(l) in feed-forward modules; diag(l) W and l * b in others. */
  merge(ops, module, base, trained) {
    const { name } = module;
    const factor = trained.get(nameOf(module))!;
    const scaled = (tensor: HostTensor, shape: number[]): HostTensor => ({
      shape: tensor.shape,
      get data() {
        return ops.scope(
          () =>
            ops.read(
              ops.multiply(ops.share(tensor.data, tensor.shape), ops.tensor(factor.data, shape)),
            ) as Float32Array,
        );
      },
    });
    const merged = new Map([[`${name}.weight`, scaled(base.get(`${name}.weight`)!, factor.shape)]]);
    const bias = base.get(`${name}.bias`);
    if (bias && !isFeedforward(module)) merged.set(`${name}.bias`, scaled(bias, bias.shape));
    return merged;
  },

  peft: (modules, trained) => ({
    config: {
      peft_type: "IA3",
      task_type: "CAUSAL_LM",
      inference_mode: true,
      target_modules: modules.map(({ name }) => name).sort(),
      feedforward_modules: modules
        .filter(isFeedforward)
        .map(({ name }) => name)
        .sort(),
      fan_in_fan_out: false,
      init_ia3_weights: true,
    },
    tensors: trained,
  }),
  fromPeft: {
    accepts: ({ peft_type: type }) => type === "IA3",
    parts: [".ia3_l"],
    module: (_name, trained) => ({ rank: 0, alpha: 0, trained }),
    settings: ({ feedforward_modules: given }, modules) => {
      const ends = typeof given === "string" ? [given] : ((given ?? []) as string[]);
      // PEFT compares ends of names, without a dot before them.
      const scaled = modules.filter(({ name }) => ends.some((end) => name.endsWith(end)));
      return { feedforward: [...new Set(scaled.map(({ module }) => module))] };
    },
  },
};

/** The linears of an MLP in the families of transformers that have a module for it, and OPT's, which has none. */
const MLP = /\.mlp\.|\.fc[12]$/;

function isFeedforward(module: Module): boolean {
  const { feedforward } = module.settings;
  return feedforward ? feedforward.some((name) => hasName(module, name)) : MLP.test(module.name);
}

function hasName({ name }: Module, last: string): boolean {
  return name.endsWith(`.${last}`);
}

function nameOf({ name }: Module): string {
  return `${name}.ia3_l`;
}
