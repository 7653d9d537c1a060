/** Operations on adapters of any kind: listing their tensors, and merging them into the weights they adapt. */
import { UserError } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import type { Weights } from "../weights/host-tensor.ts";
import { type Adapter, type AdapterSchedule, adapterKind, adapterKinds } from "./kinds/index.ts";

/**
 * The tensors that an adapter trains, with their initial values, by name. Data are computed on access.
 *
 * @param base the model's tensors; their values are read only for the data of what starts from them
 * @throws UserError if a module names no linear of the model
 */
export function adapterTensors(base: Weights, { kind, modules }: Adapter, seed: number): Weights {
  return adapterKind(kind).tensors(base, modules, seed);
}

/**
 * The adapted model as a plain model. Merged tensors are computed on access; tensors of the base that were trained
 * replace the base's, and all others are the base's.
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

/**
 * The Frobenius norm of what training added to each adapted linear's weight, by the linear's name.
 *
 * @param trained a checkpoint's tensors by name
 * @throws UserError if it cannot be computed for adapters of this kind
 */
export function changeNorms(
  base: Weights,
  { kind, modules }: Adapter,
  trained: Weights,
): Map<string, number> {
  const { changeNorm } = adapterKind(kind);
  if (!changeNorm) {
    const known = adapterKinds.filter((other) => other.changeNorm).map(({ name }) => name);
    throw new UserError(`the change of weights is not known for adapters of kind ${kind}`, {
      remedy: `take the runs of a plan of another kind: ${known.join(", ")}`,
    });
  }
  return new Map(modules.map((module) => [module.name, changeNorm(module, base, trained)]));
}

/**
 * What changes an adapter's tensors after updates, besides the optimizer; undefined for most kinds.
 *
 * @param updates in the whole run
 * @param saved the state to resume from. @default the start of a run
 * @throws UserError if the adapter's settings do not fit so many updates
 */
export function adapterSchedule(
  { kind, modules }: Adapter,
  updates: number,
  saved?: Weights,
): AdapterSchedule | undefined {
  return adapterKind(kind).schedule?.(modules, updates, saved);
}
