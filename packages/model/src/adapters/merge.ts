/** Merging adapters into the weights they sit on, so that the adapted model is a plain model again. */
import type { Ops } from "@ft/backend";
import type { Weights } from "../weights/host-tensor.ts";
import { type AdapterModule, loraNames } from "./lora.ts";

/**
 * W + alpha / rank B A for every adapted linear, computed when its data are asked for; tensors trained in full replace the
 * base's. Others are the base's.
 *
 * @param trained a checkpoint's tensors by name: lora_A and lora_B of every module, or full weights
 * @param modules the checkpoint's adapters; empty for a full fine-tuning
 */
export function mergeAdapter(
  ops: Ops,
  base: Weights,
  modules: readonly AdapterModule[],
  trained: Weights,
): Weights {
  const merged: Weights = new Map(base);
  for (const [name, tensor] of trained) if (base.has(name)) merged.set(name, tensor);
  for (const { name, rank, alpha } of modules) {
    const names = loraNames(name);
    const weight = base.get(`${name}.weight`)!;
    const a = trained.get(names.a)!;
    const b = trained.get(names.b)!;
    merged.set(`${name}.weight`, {
      shape: weight.shape,
      get data() {
        return ops.scope(() => {
          const [left, right] = [ops.tensor(b.data, b.shape), ops.tensor(a.data, a.shape)];
          const change = ops.matMul(left, right, false, false, alpha / rank);
          return ops.read(ops.add(ops.share(weight.data, weight.shape), change)) as Float32Array;
        });
      },
    });
  }
  return merged;
}
