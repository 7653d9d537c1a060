/** The model families: one file each, one line in {@link families}. */
import { nearest, UserError } from "@ft/artifacts";
import { gptNeox } from "./gpt-neox.ts";
import type { ModelConfig } from "./model-config.ts";

/** A tensor a family's checkpoints hold. */
export interface TensorSpec {
  name: string;
  shape: number[];
  /** A matrix starts random, a bias at 0, a LayerNorm's gain at 1. */
  kind: "matrix" | "bias" | "gain";
}

/** What is particular to a family of architectures. */
export interface Family {
  name: ModelConfig["family"];
  /** `model_type` in config.json. */
  modelType: string;
  /** Reads a config.json. @throws UserError naming every key that is missing, wrong or stands for another variant. */
  parseConfig(json: unknown, file: string): ModelConfig;
  /** Writes a config.json that transformers reads. */
  configJson(config: ModelConfig): Record<string, unknown>;
  /** Every tensor of a checkpoint, in the order they are written in. */
  tensors(config: ModelConfig): TensorSpec[];
  /** A checkpoint without `output` has tied embeddings: `input` stands for both. */
  tiedEmbeddings: { output: string; input: string };
  /** Tensors of older checkpoints that carry no information. */
  ignored: RegExp;
  /** Whether a matrix writes to the residual stream; those start smaller. */
  isResidualOutput(name: string): boolean;
}

export const families: readonly Family[] = [gptNeox];

/** The family of a config. */
export function familyOf(config: ModelConfig): Family {
  return families.find((family) => family.name === config.family)!;
}

/**
 * The family of a checkpoint, by the `model_type` of its config.json.
 * @throws UserError when it is missing or not supported.
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
