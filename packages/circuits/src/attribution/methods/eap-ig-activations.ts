/**
 * EAP with integrated gradients along activations (EAP-IG's "activations"): the mean over the paths of the 2 L + 1 outputs
 * that exist after each other (the embedding, and for each layer all heads together and the MLP), one at a time. The output
 * on its way is a constant, and gradients reach whatever is before it past it. (The library loses the gradients of the
 * first layer's inputs on the embedding's path in models with rotary positions; they are here.)
 */
import { type Method, stepsOf } from "./method.ts";

export const eapIgActivations: Method = {
  name: "eap-ig-activations",
  description: "averaged over paths of each layer's outputs, one at a time",
  takes: ["steps"],
  patchingOnly: false,
  reference: "clean",
  field({ steps, layers }) {
    const points = stepsOf(steps, "paper");
    return { embeddings: points, activations: points, weight: 1 / (steps * (2 * layers + 1)) };
  },
};
