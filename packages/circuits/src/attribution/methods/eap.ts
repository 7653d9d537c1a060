/** Edge attribution patching (Syed et al. 2023, arXiv 2310.10348): gradients at the clean prompt. */
import type { Method } from "./method.ts";

export const eap: Method = {
  name: "eap",
  description: "gradients at the clean prompt",
  takes: [],
  patchingOnly: false,
  reference: "corrupted", // a divergence from the clean run has gradient 0 there
  field: () => ({ embeddings: [1], activations: [], weight: 1 }),
};
