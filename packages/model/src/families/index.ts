/** The registry of model families: one file each, one line in {@link families}. */
import { didYouMean, nearest, UserError } from "@ft/artifacts";
import type { Family, ModelConfig } from "./family.ts";
import { gptNeo } from "./gpt-neo.ts";
import { gptNeox } from "./gpt-neox.ts";
import { gpt2 } from "./gpt2.ts";
import { llama } from "./llama.ts";
import { opt } from "./opt.ts";
import { qwen2, qwen3 } from "./qwen.ts";

export type {
  BlockNames,
  DecoderNames,
  Family,
  LinearRole,
  ModelConfig,
  RotaryScaling,
  TensorSpec,
} from "./family.ts";

export { withDepth } from "./with-depth.ts";

export const families: readonly Family[] = [gptNeox, gpt2, gptNeo, opt, llama, qwen2, qwen3];

/** The family of a config. */
export function familyOf(config: ModelConfig): Family {
  const family = families.find(({ name }) => name === config.family);
  if (!family) throw new Error(`no model family is called ${config.family}`);
  return family;
}

/** The shape of a model's graph, which determines its nodes and edges. */
export function graphShape(config: ModelConfig): { layers: number; heads: number; parallel: boolean } {
  const { layers, heads, parallel } = config;
  return { layers, heads, parallel };
}

/** The linears of every layer by the names that adapter plans use, in the order of computation. */
export function modulesOf(config: ModelConfig): string[] {
  return Object.keys(familyOf(config).modules);
}

/** The checkpoint's name of a module, such as "gpt_neox.layers.3.attention.dense". */
export function linearName(config: ModelConfig, layer: number, module: string): string {
  const { modules, names } = familyOf(config);
  const role = modules[module];
  const name = role && names.block(layer)[role];
  if (!name) throw new Error(`the model's layers have no module ${module}`);
  return name;
}

/** @throws UserError if the model's layers have no such module */
export function checkModule(
  config: ModelConfig,
  module: string,
  at: { file?: string; place?: string } = {},
): void {
  const known = modulesOf(config);
  if (known.includes(module)) return;
  throw new UserError(`the model's layers have no module \`${module}\`${didYouMean(module, known)}`, {
    ...at,
    remedy: `modules are ${known.join(", ")}`,
  });
}

/**
 * The family of a checkpoint, by the `model_type` of its config.json.
 * @throws UserError if it is missing or not supported.
 */
export function familyOfJson(json: unknown, file: string): Family {
  const modelType = (json as { model_type?: unknown } | null)?.model_type;
  const family = families.find((candidate) => candidate.modelType === modelType);
  if (family) return family;
  const known = families.map((candidate) => candidate.modelType);
  const suggestion = typeof modelType === "string" ? nearest(modelType, known) : undefined;
  throw new UserError("the model's architecture is not supported", {
    file,
    place: "model_type",
    value: modelType,
    remedy: suggestion ? `Did you mean "${suggestion}"?` : `Supported: ${known.join(", ")}.`,
  });
}
