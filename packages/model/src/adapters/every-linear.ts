/** Adapters on every linear of every layer, as in the paper. */
import { linearName, type ModelConfig, modulesOf } from "../families/index.ts";
import type { Adapter, AdapterModule } from "./kinds/index.ts";

/** Modules of an adapter on every linear. @param settings of the modules in a layer */
export function onEveryLinear(
  config: ModelConfig,
  settings: (layer: number) => Omit<AdapterModule, "name">,
): AdapterModule[] {
  return Array.from({ length: config.layers }, (_, layer) =>
    modulesOf(config).map((module) => ({ name: linearName(config, layer, module), ...settings(layer) })),
  ).flat();
}

/** LoRA of one rank on every linear, without dropout and biases. @param alpha @default 2 * rank, the paper's */
export function loraOnEveryLinear(config: ModelConfig, rank: number, alpha = 2 * rank): Adapter {
  const settings = { dropout: 0, bias: "none" };
  return { kind: "lora", modules: onEveryLinear(config, () => ({ rank, alpha, settings })) };
}
