/**
 * AdaLoRA (Zhang et al. 2023): an update as a singular value decomposition, y = W x + b + s B diag(E) A x with
 * s = alpha / (rank + 1e-5), whose least important triplets (a row of A, a column of B and their singular value) are pruned
 * to a budget that falls during training. Numbers as in PEFT, whose schedule see {@link RankAllocator}.
 */
import { seededRandom } from "@ft/artifacts";
import type { Tensor } from "@ft/backend";
import { z } from "zod";
import type { LinearAdapter } from "../../decoder/parts/linear.ts";
import { addGradient, type Gradients } from "../../decoder/parts/part.ts";
import type { HostTensor, Weights } from "../../weights/host-tensor.ts";
import { RankAllocator } from "./adalora-allocator.ts";
import { type AdapterKind, type AdapterModule, linearShape } from "./kind.ts";
import { addToWeight, alphaOf, dropInput, lowRankPeft, lowRankSettings, trainedBiases } from "./low-rank.ts";

const updates = z.int().nonnegative();
const decay = z.number().gt(0).lt(1).default(0.85);
const settings = z.strictObject({
  ...lowRankSettings,
  targetRank: z
    .int()
    .positive()
    .optional()
    .describe("triplets per module that are left at the end, on average; default half of the rank"),
  tinit: updates
    .optional()
    .describe("updates before the first pruning; default a tenth of the run's updates"),
  tfinal: updates
    .optional()
    .describe("updates after the last pruning, with the pattern fixed; default three tenths of the run's"),
  deltaT: z.int().positive().default(1).describe("updates from one pruning to the next"),
  beta1: decay.describe("decay of the average of importance"),
  beta2: decay.describe("decay of the average of its uncertainty"),
  orthogonality: z
    .number()
    .nonnegative()
    .default(0.5)
    .describe("weight of the term of the loss that keeps A and B orthogonal (PEFT's orth_reg_weight)"),
});
export type AdaloraSettings = z.infer<typeof settings>;
type Module = AdapterModule<AdaloraSettings>;

export const adalora: AdapterKind<AdaloraSettings> = {
  name: "adalora",
  description: "a low-rank update of each module's weight whose least important ranks are pruned in training",
  module: z
    .strictObject({ rank: z.int().min(2), alpha: z.number().nonnegative(), settings })
    .refine(({ rank, settings: { targetRank = 0 } }) => targetRank < rank, {
      path: ["settings", "targetRank"],
      message: "must be below the rank: otherwise there is nothing to prune, and PEFT stops with an error",
    }),
  dropout: ({ settings }) => settings.dropout,

  problem([first, ...rest]) {
    const other = rest.find(({ rank, alpha }) => rank !== first!.rank || alpha !== first!.alpha);
    return (
      other &&
      `AdaLoRA starts with the same rank and alpha everywhere and finds the differences itself: ${first!.name} has rank ${first!.rank}, ${other.name} rank ${other.rank}`
    );
  },

  /** A and B normal with standard deviation 0.02, E zero: training starts at the base. */
  tensors(base, modules, seed) {
    const started: Weights = new Map();
    for (const { name, rank } of modules) {
      const [outputs, inputs] = linearShape(base, name);
      const names = adaloraNames(name);
      const normal = (part: string, shape: [number, number]): HostTensor => ({
        shape,
        get data() {
          const random = seededRandom(seed, `adalora ${part} ${name}`);
          return new Float32Array(shape[0] * shape[1]).map(() => 0.02 * random.normal());
        },
      });
      started.set(names.a, normal("A", [rank, inputs]));
      started.set(names.b, normal("B", [outputs, rank]));
      started.set(names.e, {
        shape: [rank, 1],
        get data() {
          return new Float32Array(rank);
        },
      });
    }
    return new Map([...started, ...trainedBiases(base, modules)]);
  },

  adapt(module, tensor, drop): LinearAdapter {
    const names = adaloraNames(module.name);
    const [a, b, e] = [tensor(names.a), tensor(names.b), tensor(names.e)];
    const scale = scaleOf(module);
    return {
      forward(ops, { weight, bias }, x) {
        const { input, mask } = dropInput(ops, x, drop);
        const low = ops.matMul(input, a, false, true, scale); // [R, r]
        const scaled = ops.multiply(low, ops.reshape(e, [-1]));
        const y = ops.matMulJoined([x, scaled], [weight, b], true, bias);
        return { y, saved: { low, scaled, ...(mask && { input, mask }) } };
      },
      backward(ops, { weight }, { x, saved }, dy, needsInput, gradients) {
        const { low, scaled, input = x, mask } = saved as Record<string, Tensor>;
        const dScaled = ops.matMul(dy, b); // [R, r]
        const dLow = ops.scale(ops.multiply(dScaled, ops.reshape(e, [-1])), scale);
        if (gradients) {
          addGradient(ops, gradients, names.a, ops.matMul(dLow, input, true, false));
          addGradient(ops, gradients, names.b, ops.matMul(dy, scaled!, true, false));
          const dE = ops.sum(ops.multiply(dScaled, low!), [0]);
          addGradient(ops, gradients, names.e, ops.reshape(dE, e.shape));
        }
        if (!needsInput) return undefined;
        if (!mask) return ops.matMulJoined([dy, dLow], [weight, a]);
        return ops.add(ops.matMul(dy, weight), ops.multiply(ops.matMul(dLow, a), mask));
      },
    };
  },

  /** The mean of || A A^T - I || over all A and of || B^T B - I || over all B, Frobenius norms, times the setting. */
  penalty(ops, modules, tensor) {
    const weight = (modules[0]?.settings.orthogonality ?? 0) / (2 * modules.length);
    const gradients: Gradients = new Map();
    const norms = modules.flatMap(({ name, rank }) => {
      const names = adaloraNames(name);
      const identity = ops.tensor(identityMatrix(rank), [rank, rank]);
      return [names.a, names.b].map((matrix) => {
        const isA = matrix === names.a;
        const t = tensor(matrix);
        const excess = ops.subtract(ops.matMul(t, t, !isA, isA), identity); // [r, r]
        const sum = ops.sum(ops.square(excess), [0, 1]);
        const inverse = ops.rsqrt(sum, SMALLEST);
        const change = isA ? ops.matMul(excess, t) : ops.matMul(t, excess);
        gradients.set(matrix, ops.scale(ops.multiply(change, inverse), 2 * weight));
        return ops.reshape(ops.multiply(sum, inverse), [1]);
      });
    });
    return { loss: ops.scale(ops.sum(ops.concat(norms, 0), [0]), weight), gradients };
  },

  schedule(modules, total, saved) {
    const [{ settings, rank }] = modules as [Module];
    return new RankAllocator(
      modules.map(({ name }) => ({ ...adaloraNames(name), rank })),
      {
        ...settings,
        targetRank: settings.targetRank ?? Math.floor(rank / 2),
        tinit: settings.tinit ?? Math.floor(total / 10),
        tfinal: settings.tfinal ?? Math.floor((3 * total) / 10),
        total,
      },
      saved,
    );
  },

  /** W + s B diag(E) A. */
  merge: (ops, module, base, trained) =>
    addToWeight(ops, module, base, () => {
      const put = (name: string) => ops.tensor(trained.get(name)!.data, trained.get(name)!.shape);
      const names = adaloraNames(module.name);
      const rows = ops.multiply(put(names.a), put(names.e)); // [r, in]
      return ops.matMul(put(names.b), rows, false, false, scaleOf(module));
    }),

  /** Triplets whose singular value is 0 change nothing; they are cut, as PEFT cuts what was pruned. */
  peft(modules, trained) {
    const [{ rank, settings }] = modules as [Module];
    const tensors: Weights = new Map(trained);
    const pattern: Record<string, boolean[]> = {};
    for (const { name } of modules) {
      const names = adaloraNames(name);
      const [a, b, e] = [names.a, names.b, names.e].map((part) => trained.get(part)!) as [
        HostTensor,
        HostTensor,
        HostTensor,
      ];
      const kept = Array.from(e.data, (value) => value !== 0);
      pattern[names.e] = kept;
      tensors.set(names.a, keepRows(a, kept));
      tensors.set(names.e, keepRows(e, kept));
      tensors.set(names.b, keepColumns(b, kept));
    }
    return lowRankPeft(modules, tensors, {
      peft_type: "ADALORA",
      rank_pattern: pattern,
      init_r: rank,
      target_r: settings.targetRank ?? Math.floor(rank / 2),
      beta1: settings.beta1,
      beta2: settings.beta2,
      orth_reg_weight: settings.orthogonality,
      // The schedule is over; PEFT demands one that fits.
      tinit: 0,
      tfinal: 0,
      deltaT: settings.deltaT,
      total_step: 1,
    });
  },
  fromPeft: {
    accepts: ({ peft_type: type }) => type === "ADALORA",
    parts: [".lora_A", ".lora_B", ".lora_E"],
    module(name, tensors, config) {
      const names = adaloraNames(name);
      const pattern = (config.rank_pattern as Record<string, boolean[]> | null)?.[names.e];
      const rank = Number(config.init_r);
      const cut = pattern !== undefined && tensors.get(names.a)!.shape[0] !== rank;
      return { rank, alpha: alphaOf(name, config), trained: cut ? uncut(names, tensors, pattern) : tensors };
    },
    settings: ({ bias, lora_dropout: dropout, beta1, beta2, orth_reg_weight: orthogonality, deltaT }) => ({
      bias,
      dropout,
      ...(typeof beta1 === "number" && { beta1 }),
      ...(typeof beta2 === "number" && { beta2 }),
      ...(typeof orthogonality === "number" && { orthogonality }),
      ...(typeof deltaT === "number" && { deltaT }),
    }),
  },
};

/** A cut adapter's rows and columns, put back where the pattern kept them; those that were pruned are 0. */
function uncut(
  { a, b, e }: ReturnType<typeof adaloraNames>,
  tensors: Weights,
  kept: readonly boolean[],
): Weights {
  const places = [...kept.keys()].filter((i) => kept[i]);
  const spread = ({ shape, data }: HostTensor, outer: number, inner: number): HostTensor => {
    const whole = new Float32Array(outer * kept.length * inner);
    for (let o = 0; o < outer; o++)
      for (const [i, place] of places.entries())
        for (let n = 0; n < inner; n++)
          whole[(o * kept.length + place) * inner + n] = data[(o * places.length + i) * inner + n]!;
    return {
      shape: shape.map((size, axis) => (axis === (outer === 1 ? 0 : 1) ? kept.length : size)),
      data: whole,
    };
  };
  const [rows, columns, values] = [tensors.get(a)!, tensors.get(b)!, tensors.get(e)!];
  return new Map([
    [a, spread(rows, 1, rows.shape[1]!)],
    [b, spread(columns, columns.shape[0]!, 1)],
    [e, spread(values, 1, 1)],
  ]);
}

/** Keeps 1 / norm finite for matrices that are exactly orthogonal. */
const SMALLEST = 1e-30;

/** The names of a module's tensors in PEFT's files. */
function adaloraNames(linear: string): { a: string; b: string; e: string } {
  return { a: `${linear}.lora_A`, b: `${linear}.lora_B`, e: `${linear}.lora_E` };
}

function scaleOf({ alpha, rank }: AdapterModule): number {
  return alpha / (rank + 1e-5);
}

function identityMatrix(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
}

function keepRows({ shape, data }: HostTensor, kept: readonly boolean[]): HostTensor {
  const columns = shape[1]!;
  const rows = data.filter((_, i) => kept[Math.floor(i / columns)]);
  return { shape: [rows.length / columns, columns], data: rows };
}

function keepColumns({ shape: [rows], data }: HostTensor, kept: readonly boolean[]): HostTensor {
  const columns = data.filter((_, i) => kept[i % kept.length]);
  return { shape: [rows!, columns.length / rows!], data: columns };
}
