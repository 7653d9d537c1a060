import type { ModelConfig } from "./family.ts";

/** A model of the same widths with fewer layers. */
export function withDepth(config: ModelConfig, layers: number): ModelConfig {
  const { localAttention: local, ...others } = config;
  return {
    ...others,
    layers,
    ...(local && { localAttention: { ...local, layers: local.layers.filter((layer) => layer < layers) } }),
  };
}
