/** A model's tensors without their values, to count what it takes. */
import { familyOf, type ModelConfig } from "../families/index.ts";
import type { Weights } from "./host-tensor.ts";

const NO_VALUES = new Float32Array(0);

/** A model's tensors by name, in the order of the family; their data are empty. For counting, and for `openShapes` of @ft/backend. */
export function shapesAlone(config: ModelConfig): Weights {
  const specs = familyOf(config).tensors(config);
  return new Map(specs.map(({ name, shape }) => [name, { shape, data: NO_VALUES }]));
}
