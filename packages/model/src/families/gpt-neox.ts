/** The GPT-NeoX family (Pythia): its config.json and the tensors of its checkpoints, as transformers writes them. */
import { parseConfig, UserError } from "@ft/artifacts";
import { z } from "zod";
import type { DecoderNames, Family, ModelConfig, TensorSpec } from "./family.ts";
import { commonKeys, layerCount, size, Variants } from "./read-config.ts";
import { readRotaryScaling, rotaryJson, rotaryKeys } from "./rotary.ts";
import { layerNormSpecs, linearSpecs, tableSpec } from "./tensor-specs.ts";

/** The keys that matter, with transformers' defaults; the others (dropout, caching, token ids) change nothing here. */
const configSchema = z.looseObject({
  ...commonKeys,
  ...rotaryKeys,
  hidden_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  intermediate_size: size,
  vocab_size: size,
  max_position_embeddings: size.default(2048),
  layer_norm_eps: z.number().positive().default(1e-5),
  hidden_act: z.string().default("gelu"),
  use_parallel_residual: z.boolean().default(true),
  attention_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
  rotary_pct: z.number().positive().max(1).default(0.25),
  rotary_emb_base: z.number().positive().default(10_000),
});

const names: DecoderNames = {
  embedding: "gpt_neox.embed_in.weight",
  block(layer) {
    const block = `gpt_neox.layers.${layer}`;
    return {
      norm1: `${block}.input_layernorm`,
      norm2: `${block}.post_attention_layernorm`,
      queryKeyValue: `${block}.attention.query_key_value`,
      dense: `${block}.attention.dense`,
      up: `${block}.mlp.dense_h_to_4h`,
      down: `${block}.mlp.dense_4h_to_h`,
    };
  },
  finalNorm: "gpt_neox.final_layer_norm",
  unembedding: "embed_out.weight",
};

export const gptNeox: Family = {
  name: "gpt-neox",
  modelType: "gpt_neox",
  parseConfig: parseGptNeoxConfig,
  configJson,
  names,
  modules: { query_key_value: "queryKeyValue", dense: "dense", dense_h_to_4h: "up", dense_4h_to_h: "down" },
  tensors,
  // From transformers 5.14 on the module is called lm_head; save_pretrained still writes its old name.
  otherNames: (name) => (name === names.unembedding ? ["lm_head.weight"] : []),
  // Buffers of older versions of transformers: masks and frequencies, which follow from the config.
  ignored: /\.attention\.(bias|masked_bias|rotary_emb\.inv_freq)$/,
};

function parseGptNeoxConfig(json: unknown, file: string): ModelConfig {
  const config = parseConfig(configSchema, json, { file });
  const variants = new Variants("GPT-NeoX", file);
  variants.refuseQuantized(config);
  const { hidden_size: dModel, num_attention_heads: heads } = config;
  const headSize = variants.quotient("num_attention_heads", heads, { name: "hidden_size", value: dModel });
  const rope = config.rope_parameters ?? {};
  const rotaryFraction = rope.partial_rotary_factor ?? config.rotary_pct;
  const rotaryDims = Math.floor(headSize * rotaryFraction);
  if (rotaryDims % 2 !== 0 || rotaryDims === 0)
    throw new UserError(
      `${rotaryDims} of a head's ${headSize} dimensions would rotate; the number must be even and at least 2`,
      {
        file,
        place:
          rope.partial_rotary_factor === undefined ? "rotary_pct" : "rope_parameters.partial_rotary_factor",
        value: rotaryFraction,
        remedy: "Choose another fraction.",
      },
    );
  const rotaryScaling = readRotaryScaling(config, variants);
  return {
    family: "gpt-neox",
    layers: config.num_hidden_layers,
    heads,
    keyValueHeads: heads,
    headSize,
    dModel,
    dMlp: config.intermediate_size,
    vocabulary: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    parallel: config.use_parallel_residual,
    norm: "layer",
    activation: variants.activation("hidden_act", config.hidden_act),
    rotaryDims,
    rotaryBase: rope.rope_theta ?? config.rotary_emb_base,
    ...(rotaryScaling && { rotaryScaling }),
    ...(config.tie_word_embeddings && { tied: true }),
    ...(!config.attention_bias && { biases: { read: false, dense: false, mlp: true } }),
    layerNormEpsilon: config.layer_norm_eps,
    initializerRange: config.initializer_range,
  };
}

/**
 * The config.json of a model, with the rotary keys both of transformers 5 (`rope_parameters`) and of older versions
 * and TransformerLens (`rotary_pct`, `rotary_emb_base`).
 */
function configJson(config: ModelConfig): Record<string, unknown> {
  const rotaryFraction = fractionOf(config.rotaryDims, config.headSize);
  return {
    architectures: ["GPTNeoXForCausalLM"],
    model_type: "gpt_neox",
    hidden_size: config.dModel,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    intermediate_size: config.dMlp,
    vocab_size: config.vocabulary,
    max_position_embeddings: config.maxPositions,
    layer_norm_eps: config.layerNormEpsilon,
    initializer_range: config.initializerRange,
    hidden_act: config.activation,
    use_parallel_residual: config.parallel,
    attention_bias: config.biases?.dense ?? true,
    attention_dropout: 0,
    hidden_dropout: 0,
    tie_word_embeddings: config.tied ?? false,
    rotary_pct: rotaryFraction,
    rotary_emb_base: config.rotaryBase,
    rope_parameters: {
      ...rotaryJson(config.rotaryBase, config.rotaryScaling),
      partial_rotary_factor: rotaryFraction,
    },
  };
}

/** part / whole, such that rounding down whole * fraction gives part back. */
function fractionOf(part: number, whole: number): number {
  const fraction = part / whole;
  return Math.floor(whole * fraction) === part ? fraction : fraction * (1 + Number.EPSILON);
}

function tensors({ layers, dModel, dMlp, vocabulary, biases, tied }: ModelConfig): TensorSpec[] {
  const bias = biases?.dense ?? true;
  const layer = (index: number): TensorSpec[] => {
    const block = names.block(index);
    return [
      ...layerNormSpecs(block.norm1, dModel),
      ...layerNormSpecs(block.norm2, dModel),
      // Rows in the order head, then query, key, value, then the head's dimension.
      ...linearSpecs(block.queryKeyValue!, [3 * dModel, dModel], { bias }),
      ...linearSpecs(block.dense, [dModel, dModel], { bias, writesResidual: true }),
      ...linearSpecs(block.up, [dMlp, dModel]),
      ...linearSpecs(block.down, [dModel, dMlp], { writesResidual: true }),
    ];
  };
  return [
    tableSpec(names.embedding, vocabulary, dModel),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ...layerNormSpecs(names.finalNorm, dModel),
    ...(tied ? [] : [tableSpec(names.unembedding, vocabulary, dModel)]),
  ];
}
