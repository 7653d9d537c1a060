/** A model before any training. */
import { seededRandom } from "@ft/artifacts";
import { alignedFloats } from "@ft/backend";
import { familyOf, type ModelConfig, type TensorSpec } from "../families/index.ts";
import { elementCount, type Weights } from "./host-tensor.ts";
import type { Model } from "./load-model.ts";

/**
 * A random model: matrices and embeddings normal with standard deviation `config.initializerRange`, divided by
 * sqrt(2 layers) where they write to the residual stream (Radford et al. 2019, section 2.3: its variance then stays
 * the same whatever the depth), biases 0, gains 1. Every tensor has its own stream of the seed, by its name.
 */
export function initializeModel(config: ModelConfig, seed: number): Model {
  const { weights } = randomModel(config, seed);
  return { config, weights: new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data }])) };
}

/** {@link initializeModel} with values that are computed each time they are asked for, so that the model need not be in memory. */
export function randomModel(config: ModelConfig, seed: number): Model {
  const specs = familyOf(config).tensors(config);
  const weights: Weights = new Map(
    specs.map((spec) => [
      spec.name,
      {
        shape: spec.shape,
        get data() {
          return initialValues(config, spec, seed);
        },
      },
    ]),
  );
  return { config, weights };
}

function initialValues(
  config: ModelConfig,
  { name, shape, kind, writesResidual }: TensorSpec,
  seed: number,
): Float32Array {
  const data = alignedFloats(elementCount(shape));
  if (kind !== "matrix") return data.fill(kind === "gain" ? 1 : 0);
  const random = seededRandom(seed, `initial ${name}`);
  const shrink = writesResidual ? Math.sqrt(2 * config.layers) : 1;
  const deviation = config.initializerRange / shrink;
  for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
  return data;
}
