/** A decoder's frozen tensors on a backend. */
import { assertFits, type Ops, type Tensor } from "@ft/backend";
import { elementCount, type HostTensor, type Weights } from "../weights/host-tensor.ts";
import type { TensorSource } from "./parts/part.ts";

/** Constants on a backend: each is made on first use and lives until disposed of. */
export interface FrozenTensors extends TensorSource {
  dispose(): void;
}

/**
 * A model's weights as constants.
 *
 * @param make puts a tensor on the backend; other tensors it makes are freed. @default puts the tensor there unchanged
 * @throws UserError if the backend cannot hold the weights, before any of them is put there
 */
export function frozenTensors(
  ops: Ops,
  weights: Weights,
  make = (name: string): Tensor => put(ops, weights.get(name)!),
): FrozenTensors {
  assertWeightsFit(ops, weights);
  const tensors = new Map<string, Tensor>();
  return {
    get(name) {
      const tensor = tensors.get(name) ?? ops.keep(ops.scope(() => make(name)));
      tensors.set(name, tensor);
      return tensor;
    },
    has: (name) => weights.has(name),
    trainable: () => false,
    dispose: () => ops.dispose(...tensors.values()),
  };
}

/** A host tensor on the backend, without a copy if possible. */
export function put(ops: Ops, { data, shape }: HostTensor): Tensor {
  return ops.share(data, shape);
}

function assertWeightsFit(ops: Ops, weights: Weights): void {
  let bytes = 0;
  for (const { shape } of weights.values()) bytes += elementCount(shape) * Float32Array.BYTES_PER_ELEMENT;
  assertFits(ops.info, bytes);
}
