/** A model before any training. */
import { seededRandom } from "@ft/artifacts";
import type { ModelConfig } from "../families/index.ts";
import { familyOf } from "../families/index.ts";
import { elementCount, type Weights } from "./host-tensor.ts";
import type { Model } from "./load-model.ts";

/**
 * A random model: matrices and embeddings normal with standard deviation `config.initializerRange`, divided by
 * sqrt(2 layers) where they write to the residual stream (Radford et al. 2019, section 2.3: its variance then stays
 * the same whatever the depth), biases 0, gains 1. Every tensor has its own stream of the seed, by its name.
 */
export function initializeModel(config: ModelConfig, seed: number): Model {
  const weights: Weights = new Map();
  for (const { name, shape, kind, writesResidual } of familyOf(config).tensors(config)) {
    const data = new Float32Array(elementCount(shape));
    if (kind === "gain") data.fill(1);
    if (kind === "matrix") {
      const random = seededRandom(seed, `initial ${name}`);
      const shrink = writesResidual ? Math.sqrt(2 * config.layers) : 1;
      const deviation = config.initializerRange / shrink;
      for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
    }
    weights.set(name, { shape, data });
  }
  return { config, weights };
}
