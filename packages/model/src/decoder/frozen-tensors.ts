/** What a decoder does not train, on a backend. */
import { assertFits, type Ops, type Tensor } from "@ft/backend";
import { elementCount, type HostTensor, type Weights } from "../weights/host-tensor.ts";
import type { TensorSource } from "./parts/part.ts";

/** Constants on a backend: each is made when it is first asked for and lives until disposed of. */
export interface FrozenTensors extends TensorSource {
  dispose(): void;
}

/**
 * A model's weights as constants.
 *
 * @param make puts a tensor on the backend, if `own` in memory that nobody else has; other tensors it makes are freed. By
 * default the tensor as it is
 * @throws UserError if the backend cannot hold the weights, before any of them is put there
 */
export function frozenTensors(
  ops: Ops,
  weights: Weights,
  make = (name: string, own: boolean): Tensor => put(ops, weights.get(name)!, own),
): FrozenTensors {
  assertWeightsFit(ops, weights);
  const tensors = new Map<string, Tensor>();
  const once = (name: string, body: () => Tensor) => {
    const tensor = tensors.get(name) ?? ops.keep(ops.scope(body));
    tensors.set(name, tensor);
    return tensor;
  };
  return {
    get: (name) => once(name, () => make(name, false)),
    matrix: (name) => once(name, () => ops.pack(make(name, true))),
    has: (name) => weights.has(name),
    trainable: () => false,
    dispose: () => ops.dispose(...tensors.values()),
  };
}

/** A host tensor on the backend, without a copy if possible; if `own`, its memory is not the host tensor's. */
export function put(ops: Ops, { data, shape, fresh }: HostTensor, own = false): Tensor {
  return own && !fresh ? ops.tensor(data, shape) : ops.share(data, shape);
}

function assertWeightsFit(ops: Ops, weights: Weights): void {
  let bytes = 0;
  for (const { shape } of weights.values()) bytes += elementCount(shape) * Float32Array.BYTES_PER_ELEMENT;
  assertFits(ops.info, bytes);
}
