/** What all kinds of low-rank adapters share: the matrices A and B, dropout, trained biases, PEFT's configuration. */
import { seededRandom } from "@ft/artifacts";
import type { Ops, Tensor } from "@ft/backend";
import { z } from "zod";
import type { HostTensor, Weights } from "../../weights/host-tensor.ts";
import { endsWithPattern } from "../peft-targets.ts";
import {
  type AdapterModule,
  type DropoutMask,
  linearShape,
  type PeftAdapter,
  type PeftConfig,
  type PeftReader,
} from "./kind.ts";

/** Settings of every low-rank kind. */
export const lowRankSettings = {
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("probability that training drops an element of the adapter's input"),
  bias: z
    .enum(["none", "all", "lora_only"])
    .default("none")
    .describe("biases that are trained too: every one of the model, or those of the adapted modules"),
};
const settings = z.strictObject(lowRankSettings);
export type LowRankSettings = z.infer<typeof settings>;
export type LowRankModule = AdapterModule<LowRankSettings>;

/** What a plan gives for a module of a low-rank kind without settings of its own. */
export const lowRankModule = z.strictObject({
  rank: z.int().positive(),
  alpha: z.number().nonnegative(),
  settings,
});

/** The names of a module's A and B in PEFT's files. */
export function lowRankNames(linear: string): { a: string; b: string } {
  return { a: `${linear}.lora_A.weight`, b: `${linear}.lora_B.weight` };
}

/**
 * A [r, in] uniform in +-1 / sqrt(in) (Kaiming uniform with a = sqrt 5, as in PEFT) and B [out, r] zero, so training starts
 * at the base. The same A for every kind under the same seed.
 */
export function startLowRank(base: Weights, { name, rank }: LowRankModule, seed: number): Weights {
  const [outputs, inputs] = linearShape(base, name);
  const names = lowRankNames(name);
  return new Map<string, HostTensor>([
    [
      names.a,
      {
        shape: [rank, inputs],
        get data() {
          const random = seededRandom(seed, `lora ${name}`);
          const bound = 1 / Math.sqrt(inputs);
          return new Float32Array(rank * inputs).map(() => (2 * random.uniform() - 1) * bound);
        },
      },
    ],
    [
      names.b,
      {
        shape: [outputs, rank],
        get data() {
          return new Float32Array(outputs * rank);
        },
      },
    ],
  ]);
}

/** The base's biases that are trained with an adapter, see the setting `bias`. */
export function trainedBiases(base: Weights, modules: readonly LowRankModule[]): Weights {
  const bias = modules[0]?.settings.bias;
  const adapted = new Set(modules.map(({ name }) => `${name}.bias`));
  const isTrained = (name: string) =>
    name.endsWith(".bias") && (bias === "all" || (bias === "lora_only" && adapted.has(name)));
  return new Map([...base].filter(([name]) => isTrained(name)));
}

/** What an adapter reads of x [R, in] in training: x with elements dropped, and the mask. */
export function dropInput(ops: Ops, x: Tensor, mask?: DropoutMask): { input: Tensor; mask?: Tensor } {
  if (!mask) return { input: x };
  const drawn = mask(ops, x);
  return { input: ops.multiply(x, drawn), mask: drawn };
}

/** W plus a change that is computed on access, as the module's weight. */
export function addToWeight(
  ops: Ops,
  { name }: AdapterModule,
  base: Weights,
  change: (weight: Tensor) => Tensor,
): Weights {
  const weight = base.get(`${name}.weight`)!;
  const merged = {
    shape: weight.shape,
    get data() {
      return ops.scope(() => {
        const own = ops.share(weight.data, weight.shape);
        return ops.read(ops.add(own, change(own))) as Float32Array;
      });
    },
  };
  return new Map([[`${name}.weight`, merged]]);
}

/** The scaled product of a trained module's B and A, [out, in]. */
export function lowRankUpdate(ops: Ops, trained: Weights, linear: string, scale: number): Tensor {
  const names = lowRankNames(linear);
  const [a, b] = [trained.get(names.a)!, trained.get(names.b)!];
  return ops.matMul(ops.tensor(b.data, b.shape), ops.tensor(a.data, a.shape), false, false, scale);
}

/**
 * A low-rank adapter in PEFT's files. Ranks and alphas that differ from the first module's are patterns by the module's
 * full name; the trained bias of an adapted module is its base layer's.
 *
 * @param config the keys that distinguish the kind
 */
export function lowRankPeft(
  modules: readonly LowRankModule[],
  trained: Weights,
  config: Record<string, unknown> = {},
): PeftAdapter {
  const [first] = modules as [LowRankModule];
  const pattern = (of: (module: AdapterModule) => number) =>
    Object.fromEntries(
      modules.filter((module) => of(module) !== of(first)).map((module) => [module.name, of(module)]),
    );
  const adapted = new Map(modules.map(({ name }) => [`${name}.bias`, `${name}.base_layer.bias`]));
  return {
    config: {
      peft_type: "LORA",
      task_type: "CAUSAL_LM",
      inference_mode: true,
      r: first.rank,
      lora_alpha: first.alpha,
      rank_pattern: pattern(({ rank }) => rank),
      alpha_pattern: pattern(({ alpha }) => alpha),
      target_modules: modules.map(({ name }) => name).sort(),
      bias: first.settings.bias,
      lora_dropout: first.settings.dropout,
      fan_in_fan_out: false,
      init_lora_weights: true,
      use_rslora: false,
      use_dora: false,
      ...config,
    },
    tensors: new Map([...trained].map(([name, tensor]) => [adapted.get(name) ?? name, tensor])),
  };
}

/**
 * How PEFT's files of a low-rank kind are read.
 *
 * @param accepts which configurations of PEFT's type LORA are of this kind
 * @param more the ends of the names of further tensors of a module
 */
export function lowRankFromPeft(
  accepts: (config: PeftConfig) => boolean,
  more: readonly string[] = [],
): PeftReader {
  return {
    accepts: (config) => config.peft_type === "LORA" && accepts(config),
    parts: [".lora_A.weight", ".lora_B.weight", ...more],
    module: (name, trained, config) => ({
      rank: trained.get(lowRankNames(name).a)!.shape[0]!,
      alpha: alphaOf(name, config),
      trained,
    }),
    settings: ({ bias, lora_dropout: dropout }) => ({ bias, dropout }),
  };
}

/** A module's alpha: that of the first pattern which its name ends with (PEFT's `get_pattern_key`), else the common one. */
export function alphaOf(module: string, { lora_alpha: common, alpha_pattern: patterns }: PeftConfig): number {
  const key = Object.keys(patterns).find((pattern) => endsWithPattern(module, pattern));
  return key === undefined ? common : patterns[key]!;
}
