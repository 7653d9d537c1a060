/** What every adapter can do, whatever its kind: its tensors, and merging it into the weights it adapts. */
import type { Ops } from "@ft/backend";
import type { Weights } from "../weights/host-tensor.ts";
import { type Adapter, adapterKind } from "./kinds/index.ts";

/**
 * The tensors that an adapter trains, with their start values, by name. Data are computed when asked for.
 *
 * @param base the model's tensors, of which only names and shapes count
 * @throws UserError if a module names no linear of the model
 */
export function adapterTensors(base: Weights, { kind, modules }: Adapter, seed: number): Weights {
  return adapterKind(kind).tensors(base, modules, seed);
}

/**
 * The adapted model as a plain model. What is merged is computed when its data are asked for; tensors of the base that
 * were trained replace the base's, and the others are the base's.
 *
 * @param trained a checkpoint's tensors by name, see {@link adapterTensors}
 */
export function mergeAdapter(ops: Ops, base: Weights, adapter: Adapter, trained: Weights): Weights {
  const kind = adapterKind(adapter.kind);
  const merged: Weights = new Map(base);
  for (const [name, tensor] of trained) if (base.has(name)) merged.set(name, tensor);
  for (const module of adapter.modules)
    for (const [name, tensor] of kind.merge?.(ops, module, base, trained) ?? []) merged.set(name, tensor);
  return merged;
}
