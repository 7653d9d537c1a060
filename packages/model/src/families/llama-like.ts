/** What Llama and the Qwen families share: RMSNorm, a gated MLP, grouped queries, rotary positions, and their names. */
import { parseConfig } from "@ft/artifacts";
import { z } from "zod";
import type { DecoderNames, Family, ModelConfig, TensorSpec } from "./family.ts";
import { commonKeys, layerCount, size, Variants } from "./read-config.ts";
import { readRotaryScaling, rotaryJson, rotaryKeys } from "./rotary.ts";
import { type LinearOptions, linearSpecs, rmsNormSpecs, tableSpec } from "./tensor-specs.ts";

/** How a family differs from the others. */
export interface LlamaLike {
  name: string;
  modelType: string;
  architecture: string;
  /** The family's name for people. */
  title: string;
  /** The biases that a config asks for: of queries, keys and values, of attention's output, of the MLP. */
  biases(config: LlamaJson): NonNullable<ModelConfig["biases"]>;
  /** Dimensions of a head if config.json has no `head_dim`. @default hidden_size / num_attention_heads */
  headSize?: number;
  /** Whether each head's queries and keys have an RMSNorm. @default false */
  normsHeads?: boolean;
}

const configSchema = z.looseObject({
  ...commonKeys,
  ...rotaryKeys,
  hidden_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  intermediate_size: size,
  vocab_size: size,
  max_position_embeddings: size.default(2048),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().default(10_000),
  hidden_act: z.string().default("silu"),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  use_sliding_window: z.boolean().default(false),
  sliding_window: size.nullish(),
  max_window_layers: z.int().nonnegative().optional(),
  layer_types: z.array(z.string()).nullish(),
  tie_word_embeddings: z.boolean().default(false),
});

type LlamaJson = z.infer<typeof configSchema>;

const block = (layer: number) => `model.layers.${layer}`;

/** A family of this kind. */
export function llamaLike(own: LlamaLike): Family {
  const names: DecoderNames = {
    embedding: "model.embed_tokens.weight",
    block: (layer) => ({
      norm1: `${block(layer)}.input_layernorm`,
      norm2: `${block(layer)}.post_attention_layernorm`,
      query: `${block(layer)}.self_attn.q_proj`,
      key: `${block(layer)}.self_attn.k_proj`,
      value: `${block(layer)}.self_attn.v_proj`,
      ...(own.normsHeads && {
        queryNorm: `${block(layer)}.self_attn.q_norm`,
        keyNorm: `${block(layer)}.self_attn.k_norm`,
      }),
      dense: `${block(layer)}.self_attn.o_proj`,
      gate: `${block(layer)}.mlp.gate_proj`,
      up: `${block(layer)}.mlp.up_proj`,
      down: `${block(layer)}.mlp.down_proj`,
    }),
    finalNorm: "model.norm",
    unembedding: "lm_head.weight",
  };
  return {
    name: own.name,
    modelType: own.modelType,
    parseConfig: (json, file) => parse(own, json, file),
    configJson: (config) => configJson(own, config),
    names,
    modules: {
      q_proj: "query",
      k_proj: "key",
      v_proj: "value",
      o_proj: "dense",
      gate_proj: "gate",
      up_proj: "up",
      down_proj: "down",
    },
    tensors: (config) => tensors(names, config),
    ignored: /\.rotary_emb\.inv_freq$/,
  };
}

function parse(own: LlamaLike, json: unknown, file: string): ModelConfig {
  const config = parseConfig(configSchema, json, { file });
  const variants = new Variants(own.title, file);
  variants.refuseQuantized(config);
  const { hidden_size: dModel, num_attention_heads: heads, num_hidden_layers: layers } = config;
  const keyValueHeads = config.num_key_value_heads ?? heads;
  const headSize =
    config.head_dim ??
    own.headSize ??
    variants.quotient("num_attention_heads", heads, { name: "hidden_size", value: dModel });
  variants.quotient("num_key_value_heads", keyValueHeads, { name: "num_attention_heads", value: heads });
  variants.only(
    "rope_parameters.partial_rotary_factor",
    config.rope_parameters?.partial_rotary_factor ?? 1,
    1,
  );
  if (headSize % 2 !== 0) throw variants.unsupported("head_dim", headSize, "even numbers");
  const rotaryScaling = readRotaryScaling(config, variants);
  const local = localLayers(config);
  return {
    family: own.name,
    layers,
    heads,
    keyValueHeads,
    headSize,
    dModel,
    dMlp: config.intermediate_size,
    vocabulary: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    parallel: false,
    norm: "rms",
    activation: variants.activation("hidden_act", config.hidden_act),
    rotaryDims: headSize,
    rotaryBase: config.rope_parameters?.rope_theta ?? config.rope_theta,
    ...(rotaryScaling && { rotaryScaling }),
    ...(local.length > 0 && { localAttention: { window: config.sliding_window!, layers: local } }),
    ...(config.tie_word_embeddings && { tied: true }),
    biases: own.biases(config),
    layerNormEpsilon: config.rms_norm_eps,
    initializerRange: config.initializer_range,
  };
}

/** The layers whose attention slides over the last positions alone. */
function localLayers(config: LlamaJson): number[] {
  const layers = [...Array(config.num_hidden_layers).keys()];
  if (!config.sliding_window) return [];
  if (config.layer_types) return layers.filter((layer) => config.layer_types![layer] === "sliding_attention");
  if (!config.use_sliding_window) return [];
  return layers.filter((layer) => layer >= (config.max_window_layers ?? 0));
}

function configJson(own: LlamaLike, config: ModelConfig): Record<string, unknown> {
  const { layers, localAttention, biases } = config;
  return {
    architectures: [own.architecture],
    model_type: own.modelType,
    hidden_size: config.dModel,
    num_hidden_layers: layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headSize,
    intermediate_size: config.dMlp,
    vocab_size: config.vocabulary,
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.layerNormEpsilon,
    rope_theta: config.rotaryBase,
    rope_parameters: rotaryJson(config.rotaryBase, config.rotaryScaling),
    hidden_act: config.activation,
    attention_bias: biases!.dense,
    mlp_bias: biases!.mlp,
    attention_dropout: 0,
    initializer_range: config.initializerRange,
    ...(localAttention && {
      use_sliding_window: true,
      sliding_window: localAttention.window,
      layer_types: Array.from({ length: layers }, (_, layer) =>
        localAttention.layers.includes(layer) ? "sliding_attention" : "full_attention",
      ),
    }),
    tie_word_embeddings: config.tied ?? false,
  };
}

function tensors(names: DecoderNames, config: ModelConfig): TensorSpec[] {
  const { layers, heads, keyValueHeads, headSize, dModel, dMlp, vocabulary, tied, biases } = config;
  const [queries, values] = [heads * headSize, keyValueHeads * headSize];
  const layer = (index: number): TensorSpec[] => {
    const own = names.block(index);
    const read: LinearOptions = { bias: biases!.read };
    const mlp: LinearOptions = { bias: biases!.mlp };
    return [
      ...linearSpecs(own.query!, [queries, dModel], read),
      ...linearSpecs(own.key!, [values, dModel], read),
      ...linearSpecs(own.value!, [values, dModel], read),
      ...linearSpecs(own.dense, [dModel, queries], { bias: biases!.dense, writesResidual: true }),
      ...(own.queryNorm ? rmsNormSpecs(own.queryNorm, headSize) : []),
      ...(own.keyNorm ? rmsNormSpecs(own.keyNorm, headSize) : []),
      ...linearSpecs(own.gate!, [dMlp, dModel], mlp),
      ...linearSpecs(own.up, [dMlp, dModel], mlp),
      ...linearSpecs(own.down, [dModel, dMlp], { ...mlp, writesResidual: true }),
      ...rmsNormSpecs(own.norm1, dModel),
      ...rmsNormSpecs(own.norm2, dModel),
    ];
  };
  return [
    tableSpec(names.embedding, vocabulary, dModel),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ...rmsNormSpecs(names.finalNorm, dModel),
    ...(tied ? [] : [tableSpec(names.unembedding, vocabulary, dModel)]),
  ];
}
