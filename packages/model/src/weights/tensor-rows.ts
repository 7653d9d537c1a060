/** Tensors as rows of an Arrow table, and back. */
import { type Dtype, type TensorRow, UserError } from "@ft/artifacts";
import type { HostTensor, Weights } from "./host-tensor.ts";
import { tensorFromBytes, tensorToBytes } from "./tensor-bytes.ts";

/**
 * Rows of the `tensors` table, or the tensor columns of `checkpoints`, ordered by name. Made one at a time, so that
 * no second copy of all weights is in memory.
 * @param dtype float16 rounds to nearest, ties to even. @default "float32"
 * @throws UserError when a finite value is too large for float16.
 */
export function* tensorRows(tensors: Weights, dtype: Dtype = "float32"): Generator<TensorRow> {
  for (const name of [...tensors.keys()].sort()) {
    const tensor = tensors.get(name)!;
    yield { tensor: name, shape: tensor.shape, dtype, data: tensorToBytes(name, tensor, dtype) };
  }
}

/** The tensor of one row. */
export function tensorOfRow(row: TensorRow): HostTensor {
  return tensorFromBytes(row.data, row.shape, row.dtype);
}

/**
 * All tensors of some rows, by name. Their data are copies.
 * @throws UserError if a name is duplicated, as when rows of several checkpoints are mixed.
 */
export function tensorsOfRows(rows: Iterable<TensorRow>): Weights {
  const tensors: Weights = new Map();
  for (const row of rows) {
    if (tensors.has(row.tensor))
      throw new UserError(`the table has the tensor "${row.tensor}" twice`, {
        remedy: "Take the rows of one run, seed and step only.",
      });
    tensors.set(row.tensor, tensorOfRow(row));
  }
  return tensors;
}
