/** Low-rank adapters (Hu et al. 2021): which linears have one, and how they start. */
import { nearest, seededRandom, UserError } from "@ft/artifacts";
import type { HostTensor, Weights } from "../weights/host-tensor.ts";

/** An adapter on one linear: y += alpha / rank (x A^T) B^T. */
export interface AdapterModule {
  /** The linear without ".weight", such as "gpt_neox.layers.0.attention.dense". */
  name: string;
  rank: number;
  alpha: number;
}

/** The names of a module's two tensors, as PEFT calls them. */
export function loraNames(linear: string): { a: string; b: string } {
  return { a: `${linear}.lora_A.weight`, b: `${linear}.lora_B.weight` };
}

/**
 * A's rows uniform in +-1 / sqrt(in) (Kaiming uniform with a = sqrt 5, as PEFT does), B zero, so that the adapted model
 * starts as the base. Each module has its own stream: a module's start depends on the seed and its name alone.
 *
 * @returns A [r, in] and B [out, r] of every module by tensor name
 * @throws UserError where a module names no linear of the model
 */
export function initializeLora(weights: Weights, modules: readonly AdapterModule[], seed: number): Weights {
  const tensors = new Map<string, HostTensor>();
  for (const { name, rank } of modules) {
    const [outputs, inputs] = linearShape(weights, name);
    const random = seededRandom(seed, `lora ${name}`);
    const bound = 1 / Math.sqrt(inputs);
    const a = new Float32Array(rank * inputs).map(() => (2 * random.uniform() - 1) * bound);
    const names = loraNames(name);
    tensors.set(names.a, { shape: [rank, inputs], data: a });
    tensors.set(names.b, { shape: [outputs, rank], data: new Float32Array(outputs * rank) });
  }
  return tensors;
}

function linearShape(weights: Weights, linear: string): [number, number] {
  const weight = weights.get(`${linear}.weight`);
  if (weight?.shape.length === 2) return weight.shape as [number, number];
  const linears = [...weights]
    .filter(([, { shape }]) => shape.length === 2)
    .map(([name]) => name.replace(/\.weight$/, ""));
  const suggestion = nearest(linear, linears);
  throw new UserError(`the adapter plan names a module that the model does not have`, {
    value: linear,
    remedy: suggestion ? `the nearest is "${suggestion}"` : `the model's linears are ${linears.join(", ")}`,
  });
}
