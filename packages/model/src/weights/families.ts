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

/** The linears of a block that adapters may sit on, as adapter plans name them, whatever a family's checkpoints say. */
export const linearKinds = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"] as const;
export type LinearKind = (typeof linearKinds)[number];

/** What the decoder's parts are called in a checkpoint; norms and linears without ".weight" and ".bias". */
export interface DecoderNames {
  embedding: string;
  /** The norm before attention. */
  norm1(layer: number): string;
  /** The norm before the MLP. */
  norm2(layer: number): string;
  linear(layer: number, kind: LinearKind): string;
  finalNorm: string;
  unembedding: string;
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
  names: DecoderNames;
  /** Whether attention and MLP of a block both read the block's input, instead of one after the other. */
  parallelBlocks: boolean;
  /** Every tensor of a checkpoint, in the order they are written in. */
  tensors(config: ModelConfig): TensorSpec[];
  /** Other names that some versions of transformers write for a tensor. */
  otherNames: Readonly<Record<string, readonly string[]>>;
  /** In a checkpoint with tied embeddings either is the value of both. */
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

/** What decides the nodes and edges of a model's graph. */
export function graphShape(config: ModelConfig): { layers: number; heads: number; parallel: boolean } {
  const { layers, heads } = config;
  return { layers, heads, parallel: familyOf(config).parallelBlocks };
}

/** A model's linear by its layer and kind, such as "gpt_neox.layers.3.attention.dense". */
export function linearName(config: ModelConfig, layer: number, kind: LinearKind): string {
  return familyOf(config).names.linear(layer, kind);
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
