/** What a decoder does not train, on a backend. */
import type { Ops, Tensor } from "@ft/backend";
import type { HostTensor, Weights } from "../weights/host-tensor.ts";

/** Constants on a backend: each is made when it is first asked for and lives until disposed of. */
export interface FrozenTensors {
  get(name: string): Tensor;
  dispose(): void;
}

/** @param make puts a tensor on the backend; what else it makes is freed */
export function frozenTensors(ops: Ops, make: (name: string) => Tensor): FrozenTensors {
  const tensors = new Map<string, Tensor>();
  const once = (name: string, body: () => Tensor) => {
    const tensor = tensors.get(name) ?? ops.keep(ops.scope(body));
    tensors.set(name, tensor);
    return tensor;
  };
  return {
    get: (name) => once(name, () => make(name)),
    dispose: () => ops.dispose(...tensors.values()),
  };
}

/** {@link frozenTensors} with a model's values as they are. */
export function frozenWeights(ops: Ops, weights: Weights): FrozenTensors {
  return frozenTensors(ops, (name) => put(ops, weights.get(name)!));
}

/** A host tensor on the backend, without a copy where that is possible. */
export function put(ops: Ops, { data, shape }: HostTensor): Tensor {
  return ops.share(data, shape);
}
