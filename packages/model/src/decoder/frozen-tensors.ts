/** What a decoder does not train, on a backend. */
import type { Ops, Tensor } from "@ft/backend";
import type { HostTensor, Weights } from "../weights/host-tensor.ts";

/** Constants on a backend: each is made when it is first asked for and lives until disposed of. */
export interface FrozenTensors {
  get(name: string): Tensor;
  /** A weight that is only the right factor of products: it may be packed, see {@link Ops.pack}. */
  matrix(name: string): Tensor;
  dispose(): void;
}

/** @param make puts a tensor on the backend, if `own` in memory that nobody else has; what else it makes is freed */
export function frozenTensors(ops: Ops, make: (name: string, own: boolean) => Tensor): FrozenTensors {
  const tensors = new Map<string, Tensor>();
  const once = (name: string, body: () => Tensor) => {
    const tensor = tensors.get(name) ?? ops.keep(ops.scope(body));
    tensors.set(name, tensor);
    return tensor;
  };
  return {
    get: (name) => once(name, () => make(name, false)),
    matrix: (name) => once(name, () => ops.pack(make(name, true))),
    dispose: () => ops.dispose(...tensors.values()),
  };
}

/** {@link frozenTensors} with a model's values as they are. */
export function frozenWeights(ops: Ops, weights: Weights): FrozenTensors {
  return frozenTensors(ops, (name, own) => put(ops, weights.get(name)!, own));
}

/** A host tensor on the backend, without a copy where that is possible; if `own`, its memory is not the host tensor's. */
export function put(ops: Ops, { data, shape, fresh }: HostTensor, own = false): Tensor {
  return own && !fresh ? ops.tensor(data, shape) : ops.share(data, shape);
}
