/** The OPT family: its config.json and the tensors of its checkpoints. Positions begin at the third row of their table. */
import { parseConfig } from "@ft/artifacts";
import { z } from "zod";
import type { DecoderNames, Family, ModelConfig, TensorSpec } from "./family.ts";
import { commonKeys, layerCount, size, Variants } from "./read-config.ts";
import { layerNormSpecs, linearSpecs, tableSpec } from "./tensor-specs.ts";

/** Rows of the table of positions before the first position's. */
const OFFSET = 2;

/** LayerNorm's epsilon, for which config.json has no key. */
const EPSILON = 1e-5;

const configSchema = z.looseObject({
  ...commonKeys,
  init_std: z.number().positive().default(0.02),
  hidden_size: size.default(768),
  num_hidden_layers: layerCount.default(12),
  num_attention_heads: size.default(12),
  ffn_dim: size.default(3072),
  vocab_size: size.default(50272),
  max_position_embeddings: size.default(2048),
  word_embed_proj_dim: size.nullish(),
  do_layer_norm_before: z.boolean().default(true),
  _remove_final_layer_norm: z.boolean().default(false),
  enable_bias: z.boolean().default(true),
  layer_norm_elementwise_affine: z.boolean().default(true),
  activation_function: z.string().default("relu"),
  tie_word_embeddings: z.boolean().default(true),
});

const names: DecoderNames = {
  embedding: "model.decoder.embed_tokens.weight",
  positions: { name: "model.decoder.embed_positions.weight", offset: OFFSET },
  block(layer) {
    const block = `model.decoder.layers.${layer}`;
    return {
      norm1: `${block}.self_attn_layer_norm`,
      norm2: `${block}.final_layer_norm`,
      query: `${block}.self_attn.q_proj`,
      key: `${block}.self_attn.k_proj`,
      value: `${block}.self_attn.v_proj`,
      dense: `${block}.self_attn.out_proj`,
      up: `${block}.fc1`,
      down: `${block}.fc2`,
    };
  },
  finalNorm: "model.decoder.final_layer_norm",
  unembedding: "lm_head.weight",
};

export const opt: Family = {
  name: "opt",
  modelType: "opt",
  parseConfig: parseOptConfig,
  configJson,
  names,
  modules: { q_proj: "query", k_proj: "key", v_proj: "value", out_proj: "dense", fc1: "up", fc2: "down" },
  tensors,
  // Files of older versions hold the bare decoder.
  otherNames: (name) => [name.replace(/^model\./, "")],
  ignored: /^$/,
};

function parseOptConfig(json: unknown, file: string): ModelConfig {
  const config = parseConfig(configSchema, json, { file });
  const variants = new Variants("OPT", file);
  variants.refuseQuantized(config);
  const { hidden_size: dModel, num_attention_heads: heads } = config;
  // With a norm after each sum, as in opt-350m, the residual stream is no sum of outputs: there is no graph of edges.
  variants.only("do_layer_norm_before", config.do_layer_norm_before, true);
  variants.only("word_embed_proj_dim", config.word_embed_proj_dim ?? dModel, dModel);
  variants.only("_remove_final_layer_norm", config._remove_final_layer_norm, false);
  variants.only("layer_norm_elementwise_affine", config.layer_norm_elementwise_affine, true);
  const bias = config.enable_bias;
  return {
    family: "opt",
    layers: config.num_hidden_layers,
    heads,
    keyValueHeads: heads,
    headSize: variants.quotient("num_attention_heads", heads, { name: "hidden_size", value: dModel }),
    dModel,
    dMlp: config.ffn_dim,
    vocabulary: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    parallel: false,
    norm: "layer",
    activation: variants.activation("activation_function", config.activation_function),
    rotaryDims: 0,
    rotaryBase: 0,
    ...(config.tie_word_embeddings && { tied: true }),
    ...(!bias && { biases: { read: bias, dense: bias, mlp: bias } }),
    layerNormEpsilon: EPSILON,
    initializerRange: config.init_std,
  };
}

function configJson(config: ModelConfig): Record<string, unknown> {
  return {
    architectures: ["OPTForCausalLM"],
    model_type: "opt",
    hidden_size: config.dModel,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    ffn_dim: config.dMlp,
    vocab_size: config.vocabulary,
    max_position_embeddings: config.maxPositions,
    word_embed_proj_dim: config.dModel,
    do_layer_norm_before: true,
    enable_bias: config.biases?.mlp ?? true,
    init_std: config.initializerRange,
    activation_function: config.activation,
    attention_dropout: 0,
    dropout: 0,
    tie_word_embeddings: config.tied ?? false,
  };
}

function tensors(config: ModelConfig): TensorSpec[] {
  const { layers, dModel, dMlp, vocabulary, maxPositions, tied } = config;
  const bias = config.biases?.mlp ?? true;
  const layer = (index: number): TensorSpec[] => {
    const block = names.block(index);
    const read = [block.key!, block.value!, block.query!];
    return [
      ...read.flatMap((name) => linearSpecs(name, [dModel, dModel], { bias })),
      ...linearSpecs(block.dense, [dModel, dModel], { bias, writesResidual: true }),
      ...layerNormSpecs(block.norm1, dModel),
      ...linearSpecs(block.up, [dMlp, dModel], { bias }),
      ...linearSpecs(block.down, [dModel, dMlp], { bias, writesResidual: true }),
      ...layerNormSpecs(block.norm2, dModel),
    ];
  };
  return [
    tableSpec(names.embedding, vocabulary, dModel),
    tableSpec(names.positions!.name, maxPositions + OFFSET, dModel),
    ...layerNormSpecs(names.finalNorm, dModel),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ...(tied ? [] : [tableSpec(names.unembedding, vocabulary, dModel)]),
  ];
}
