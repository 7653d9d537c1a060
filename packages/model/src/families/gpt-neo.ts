/** The GPT-Neo family, which alternates layers of global and local attention: its config.json and its tensors. */
import { parseConfig } from "@ft/artifacts";
import { z } from "zod";
import type { DecoderNames, Family, ModelConfig, TensorSpec } from "./family.ts";
import { commonKeys, layerCount, size, Variants } from "./read-config.ts";
import { layerNormSpecs, linearSpecs, tableSpec } from "./tensor-specs.ts";

const configSchema = z.looseObject({
  ...commonKeys,
  hidden_size: size.default(2048),
  num_layers: layerCount.default(24),
  num_heads: size.default(16),
  intermediate_size: size.nullish(),
  vocab_size: size.default(50257),
  max_position_embeddings: size.default(2048),
  window_size: size.default(256),
  attention_types: z
    .array(z.tuple([z.array(z.string()), z.int().nonnegative()]))
    .default([[["global", "local"], 12]]),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  activation_function: z.string().default("gelu_new"),
  tie_word_embeddings: z.boolean().default(true),
});

const names: DecoderNames = {
  embedding: "transformer.wte.weight",
  positions: { name: "transformer.wpe.weight", offset: 0 },
  block(layer) {
    const block = `transformer.h.${layer}`;
    return {
      norm1: `${block}.ln_1`,
      norm2: `${block}.ln_2`,
      query: `${block}.attn.attention.q_proj`,
      key: `${block}.attn.attention.k_proj`,
      value: `${block}.attn.attention.v_proj`,
      dense: `${block}.attn.attention.out_proj`,
      up: `${block}.mlp.c_fc`,
      down: `${block}.mlp.c_proj`,
    };
  },
  finalNorm: "transformer.ln_f",
  unembedding: "lm_head.weight",
};

export const gptNeo: Family = {
  name: "gpt-neo",
  modelType: "gpt_neo",
  parseConfig: parseGptNeoConfig,
  configJson,
  names,
  modules: { q_proj: "query", k_proj: "key", v_proj: "value", out_proj: "dense", c_fc: "up", c_proj: "down" },
  tensors,
  ignored: /\.attn\.attention\.(bias|masked_bias)$/,
};

function parseGptNeoConfig(json: unknown, file: string): ModelConfig {
  const config = parseConfig(configSchema, json, { file });
  const variants = new Variants("GPT-Neo", file);
  variants.refuseQuantized(config);
  const { hidden_size: dModel, num_heads: heads, num_layers: layers } = config;
  const types = config.attention_types.flatMap(([pattern, times]) =>
    Array.from({ length: Math.min(times, layers) }, () => pattern).flat(),
  );
  if (types.length !== layers)
    throw variants.unsupported("attention_types", config.attention_types, `kinds for ${layers} layers`);
  for (const type of types)
    if (type !== "global" && type !== "local")
      throw variants.unsupported("attention_types", type, '"global", "local"');
  const local = [...types.keys()].filter((layer) => types[layer] === "local");
  return {
    family: "gpt-neo",
    layers,
    heads,
    keyValueHeads: heads,
    headSize: variants.quotient("num_heads", heads, { name: "hidden_size", value: dModel }),
    dModel,
    dMlp: config.intermediate_size ?? 4 * dModel,
    vocabulary: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    parallel: false,
    norm: "layer",
    activation: variants.activation("activation_function", config.activation_function),
    rotaryDims: 0,
    rotaryBase: 0,
    scoreScale: "none",
    ...(local.length > 0 && { localAttention: { window: config.window_size, layers: local } }),
    ...(config.tie_word_embeddings && { tied: true }),
    layerNormEpsilon: config.layer_norm_epsilon,
    initializerRange: config.initializer_range,
  };
}

function configJson(config: ModelConfig): Record<string, unknown> {
  const { localAttention, layers } = config;
  const types = Array.from({ length: layers }, (_, layer) =>
    localAttention?.layers.includes(layer) ? "local" : "global",
  );
  return {
    architectures: ["GPTNeoForCausalLM"],
    model_type: "gpt_neo",
    hidden_size: config.dModel,
    num_layers: layers,
    num_heads: config.heads,
    intermediate_size: config.dMlp,
    vocab_size: config.vocabulary,
    max_position_embeddings: config.maxPositions,
    window_size: localAttention?.window ?? 256,
    attention_types: [[types, 1]],
    layer_norm_epsilon: config.layerNormEpsilon,
    initializer_range: config.initializerRange,
    activation_function: config.activation,
    attention_dropout: 0,
    embed_dropout: 0,
    resid_dropout: 0,
    tie_word_embeddings: config.tied ?? false,
  };
}

function tensors({ layers, dModel, dMlp, vocabulary, maxPositions, tied }: ModelConfig): TensorSpec[] {
  const layer = (index: number): TensorSpec[] => {
    const block = names.block(index);
    const read = [block.query!, block.key!, block.value!];
    return [
      ...layerNormSpecs(block.norm1, dModel),
      ...read.flatMap((name) => linearSpecs(name, [dModel, dModel], { bias: false })),
      ...linearSpecs(block.dense, [dModel, dModel], { writesResidual: true }),
      ...layerNormSpecs(block.norm2, dModel),
      ...linearSpecs(block.up, [dMlp, dModel]),
      ...linearSpecs(block.down, [dModel, dMlp], { writesResidual: true }),
    ];
  };
  return [
    tableSpec(names.embedding, vocabulary, dModel),
    tableSpec(names.positions!.name, maxPositions, dModel),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ...layerNormSpecs(names.finalNorm, dModel),
    ...(tied ? [] : [tableSpec(names.unembedding, vocabulary, dModel)]),
  ];
}
