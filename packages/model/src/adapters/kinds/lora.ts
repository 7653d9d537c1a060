/** Low-rank adapters (Hu et al. 2021): y = W x + b + alpha / rank B A x. */
import { seededRandom } from "@ft/artifacts";
import { z } from "zod";
import type { LinearAdapter } from "../../decoder/parts/linear.ts";
import { addGradient } from "../../decoder/parts/part.ts";
import type { Weights } from "../../weights/host-tensor.ts";
import { productNorm } from "./change-norm.ts";
import { type AdapterKind, type AdapterModule, linearShape } from "./kind.ts";

const settings = z.strictObject({});
type Settings = z.infer<typeof settings>;

export const lora: AdapterKind<Settings> = {
  name: "lora",
  description: "a low-rank update of each module's weight",
  module: z.strictObject({ rank: z.int().positive(), alpha: z.number().nonnegative(), settings }),

  /** A uniform in +-1 / sqrt(in) (Kaiming uniform with a = sqrt 5, as in PEFT), B zero: training starts at the base. */
  tensors(base, modules, seed) {
    const started: Weights = new Map();
    for (const { name, rank } of modules) {
      const [outputs, inputs] = linearShape(base, name);
      const names = tensorNames(name);
      started.set(names.a, {
        shape: [rank, inputs],
        get data() {
          const random = seededRandom(seed, `lora ${name}`);
          const bound = 1 / Math.sqrt(inputs);
          return new Float32Array(rank * inputs).map(() => (2 * random.uniform() - 1) * bound);
        },
      });
      started.set(names.b, {
        shape: [outputs, rank],
        get data() {
          return new Float32Array(outputs * rank);
        },
      });
    }
    return started;
  },

  adapt(module, tensor): LinearAdapter {
    const names = tensorNames(module.name);
    const [a, b] = [tensor(names.a), tensor(names.b)];
    const scale = scaleOf(module);
    return {
      forward(ops, { weight, bias }, x) {
        const low = ops.matMul(x, a, false, true, scale); // [R, r]
        return { y: ops.matMulJoined([x, low], [weight, b], true, bias), saved: { low } };
      },
      backward(ops, { weight }, { x, saved }, dy, needsInput, gradients) {
        const dLow = ops.matMul(dy, b, false, false, scale); // [R, r]
        if (gradients) {
          addGradient(ops, gradients, names.a, ops.matMul(dLow, x, true, false));
          addGradient(ops, gradients, names.b, ops.matMul(dy, saved.low!, true, false));
        }
        return needsInput ? ops.matMulJoined([dy, dLow], [weight, a]) : undefined;
      },
    };
  },

  /** W + alpha / rank B A. */
  merge(ops, module, base, trained) {
    const name = `${module.name}.weight`;
    const names = tensorNames(module.name);
    const [weight, a, b] = [base.get(name)!, trained.get(names.a)!, trained.get(names.b)!];
    const merged = {
      shape: weight.shape,
      get data() {
        return ops.scope(() => {
          const [left, right] = [ops.tensor(b.data, b.shape), ops.tensor(a.data, a.shape)];
          const change = ops.matMul(left, right, false, false, scaleOf(module));
          return ops.read(ops.add(ops.share(weight.data, weight.shape), change)) as Float32Array;
        });
      },
    };
    return new Map([[name, merged]]);
  },

  changeNorm(module, _, trained) {
    const names = tensorNames(module.name);
    return scaleOf(module) * productNorm(trained.get(names.b)!, trained.get(names.a)!);
  },

  /** Ranks and alphas that differ from the first module's are patterns by the module's full name. */
  peftConfig(modules) {
    const [first] = modules;
    const pattern = (of: (module: AdapterModule) => number) =>
      Object.fromEntries(
        modules.filter((module) => of(module) !== of(first!)).map((module) => [module.name, of(module)]),
      );
    return {
      peft_type: "LORA",
      task_type: "CAUSAL_LM",
      inference_mode: true,
      r: first?.rank,
      lora_alpha: first?.alpha,
      rank_pattern: pattern(({ rank }) => rank),
      alpha_pattern: pattern(({ alpha }) => alpha),
      target_modules: modules.map(({ name }) => name).sort(),
      bias: "none",
      lora_dropout: 0,
      fan_in_fan_out: false,
      init_lora_weights: true,
      use_rslora: false,
      use_dora: false,
    };
  },
};

function tensorNames(linear: string): { a: string; b: string } {
  return { a: `${linear}.lora_A.weight`, b: `${linear}.lora_B.weight` };
}

function scaleOf({ alpha, rank }: AdapterModule): number {
  return alpha / rank;
}
