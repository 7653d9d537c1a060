/** The GPT-2 family: its config.json and the tensors of its checkpoints, whose linears are stored as [in, out] (Conv1D). */
import { parseConfig } from "@ft/artifacts";
import { z } from "zod";
import type { DecoderNames, Family, ModelConfig, TensorSpec } from "./family.ts";
import { commonKeys, layerCount, size, Variants } from "./read-config.ts";
import { layerNormSpecs, linearSpecs, tableSpec } from "./tensor-specs.ts";

const configSchema = z.looseObject({
  ...commonKeys,
  n_embd: size.default(768),
  n_layer: layerCount.default(12),
  n_head: size.default(12),
  n_positions: size.default(1024),
  n_inner: size.nullish(),
  vocab_size: size.default(50257),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  activation_function: z.string().default("gelu_new"),
  scale_attn_weights: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.boolean().default(false),
  add_cross_attention: z.boolean().default(false),
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
      queryKeyValue: `${block}.attn.c_attn`,
      dense: `${block}.attn.c_proj`,
      up: `${block}.mlp.c_fc`,
      down: `${block}.mlp.c_proj`,
    };
  },
  finalNorm: "transformer.ln_f",
  unembedding: "lm_head.weight",
};

export const gpt2: Family = {
  name: "gpt2",
  modelType: "gpt2",
  parseConfig: parseGpt2Config,
  configJson,
  names,
  queryKeyValueOrder: "by-port",
  modules: { c_attn: "queryKeyValue", "attn.c_proj": "dense", c_fc: "up", "mlp.c_proj": "down" },
  tensors,
  // The files on the hub hold the bare transformer.
  otherNames: (name) => [name.replace(/^transformer\./, "")],
  ignored: /(^|\.)attn\.(bias|masked_bias)$/,
};

function parseGpt2Config(json: unknown, file: string): ModelConfig {
  const config = parseConfig(configSchema, json, { file });
  const variants = new Variants("GPT-2", file);
  variants.refuseQuantized(config);
  variants.only("add_cross_attention", config.add_cross_attention, false);
  const { n_embd: dModel, n_head: heads } = config;
  const byLayer = config.scale_attn_by_inverse_layer_idx;
  if (byLayer) variants.only("scale_attn_weights", config.scale_attn_weights, true);
  return {
    family: "gpt2",
    layers: config.n_layer,
    heads,
    keyValueHeads: heads,
    headSize: variants.quotient("n_head", heads, { name: "n_embd", value: dModel }),
    dModel,
    dMlp: config.n_inner ?? 4 * dModel,
    vocabulary: config.vocab_size,
    maxPositions: config.n_positions,
    parallel: false,
    norm: "layer",
    activation: variants.activation("activation_function", config.activation_function),
    rotaryDims: 0,
    rotaryBase: 0,
    ...(byLayer && { scoreScale: "head-size-and-layer" }),
    ...(!config.scale_attn_weights && { scoreScale: "none" }),
    ...(config.tie_word_embeddings && { tied: true }),
    layerNormEpsilon: config.layer_norm_epsilon,
    initializerRange: config.initializer_range,
  };
}

function configJson(config: ModelConfig): Record<string, unknown> {
  return {
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    n_embd: config.dModel,
    n_layer: config.layers,
    n_head: config.heads,
    n_positions: config.maxPositions,
    n_inner: config.dMlp,
    vocab_size: config.vocabulary,
    layer_norm_epsilon: config.layerNormEpsilon,
    initializer_range: config.initializerRange,
    activation_function: config.activation,
    scale_attn_weights: config.scoreScale !== "none",
    scale_attn_by_inverse_layer_idx: config.scoreScale === "head-size-and-layer",
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
    tie_word_embeddings: config.tied ?? false,
  };
}

function tensors({ layers, dModel, dMlp, vocabulary, maxPositions, tied }: ModelConfig): TensorSpec[] {
  const layer = (index: number): TensorSpec[] => {
    const block = names.block(index);
    return [
      ...layerNormSpecs(block.norm1, dModel),
      // Rows in the order query, key, value, then head, then the head's dimension.
      ...linearSpecs(block.queryKeyValue!, [3 * dModel, dModel], { transposed: true }),
      ...linearSpecs(block.dense, [dModel, dModel], { transposed: true, writesResidual: true }),
      ...layerNormSpecs(block.norm2, dModel),
      ...linearSpecs(block.up, [dMlp, dModel], { transposed: true }),
      ...linearSpecs(block.down, [dModel, dMlp], { transposed: true, writesResidual: true }),
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
