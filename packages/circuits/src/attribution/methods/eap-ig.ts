/** EAP with integrated gradients ("inputs"; Hanna et al. 2024, arXiv 2403.17806): the mean over a path of token embeddings. */
import { type Method, stepsOf } from "./method.ts";

export const eapIg: Method = {
  name: "eap-ig",
  description: "averaged over a path of embeddings from the corrupted prompt to the clean one",
  takes: ["steps", "grid"],
  patchingOnly: true,
  reference: "clean",
  field: ({ steps, grid }) => ({ embeddings: stepsOf(steps, grid), activations: [], weight: 1 / steps }),
};
