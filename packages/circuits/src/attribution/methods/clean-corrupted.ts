/** The mean of the gradients at the clean and at the corrupted prompt (EAP-IG's "clean-corrupted"): the trapezoid of a single step. */
import type { Method } from "./method.ts";

export const cleanCorrupted: Method = {
  name: "clean-corrupted",
  description: "mean of the gradients at the two prompts",
  takes: [],
  patchingOnly: true,
  reference: "clean",
  field: () => ({ embeddings: [0, 1], activations: [], weight: 1 / 2 }),
};
