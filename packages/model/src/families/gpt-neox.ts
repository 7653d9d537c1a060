/** The GPT-NeoX family (Pythia): its config.json and the tensors of its checkpoints, as transformers writes them. */
import { parseConfig, UserError } from "@ft/artifacts";
import { z } from "zod";
import { activations, isActivation } from "../decoder/parts/activation.ts";
import type { DecoderNames, Family, ModelConfig, TensorSpec } from "./family.ts";

const size = z.int().positive();
/** Far above any known model; bounds the lists that are made from config.json alone. */
const MOST_LAYERS = 10_000;

/** The keys that matter, with transformers' defaults; the others (dropout, caching, token ids) change nothing here. */
const configSchema = z.looseObject({
  hidden_size: size,
  num_hidden_layers: size.max(MOST_LAYERS),
  num_attention_heads: size,
  intermediate_size: size,
  vocab_size: size,
  max_position_embeddings: size.default(2048),
  layer_norm_eps: z.number().positive().default(1e-5),
  initializer_range: z.number().positive().default(0.02),
  hidden_act: z.string().default("gelu"),
  use_parallel_residual: z.boolean().default(true),
  attention_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
  rotary_pct: z.number().positive().max(1).default(0.25),
  rotary_emb_base: z.number().positive().default(10_000),
  rope_scaling: z.looseObject({ rope_type: z.string().optional(), type: z.string().optional() }).nullish(),
  rope_parameters: z
    .looseObject({
      rope_type: z.string().optional(),
      rope_theta: z.number().positive().optional(),
      partial_rotary_factor: z.number().positive().max(1).optional(),
    })
    .nullish(),
  quantization_config: z.unknown().optional(),
});

type Json = z.infer<typeof configSchema>;

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
  otherNames: { [names.unembedding]: ["lm_head.weight"] },
  tiedEmbeddings: { output: names.unembedding, input: names.embedding },
  // Buffers of older versions of transformers: masks and frequencies, which follow from the config.
  ignored: /\.attention\.(bias|masked_bias|rotary_emb\.inv_freq)$/,
};

function parseGptNeoxConfig(json: unknown, file: string): ModelConfig {
  const config = parseConfig(configSchema, json, { file });
  refuseWhatIsNotComputed(config, file);
  const activation = config.hidden_act;
  if (!isActivation(activation))
    throw unsupported(file, "hidden_act", activation, Object.keys(activations).join(", "));
  const headSize = config.hidden_size / config.num_attention_heads;
  if (!Number.isInteger(headSize))
    throw new UserError(`hidden_size (${config.hidden_size}) does not divide into the attention heads`, {
      file,
      place: "num_attention_heads",
      value: config.num_attention_heads,
      remedy: "Choose a divisor of hidden_size.",
    });
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
  return {
    family: "gpt-neox",
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    dModel: config.hidden_size,
    dMlp: config.intermediate_size,
    vocabulary: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    parallel: config.use_parallel_residual,
    norm: "layer",
    activation,
    rotaryDims,
    rotaryBase: rope.rope_theta ?? config.rotary_emb_base,
    layerNormEpsilon: config.layer_norm_eps,
    initializerRange: config.initializer_range,
  };
}

/** Variants of the architecture that would load without an error, but would be computed wrongly here. */
function refuseWhatIsNotComputed(config: Json, file: string): void {
  if (!config.attention_bias) throw unsupported(file, "attention_bias", false, "true");
  const scaling = config.rope_scaling?.rope_type ?? config.rope_scaling?.type ?? "default";
  if (scaling !== "default") throw unsupported(file, "rope_scaling", scaling, 'null or type "default"');
  const ropeType = config.rope_parameters?.rope_type ?? "default";
  if (ropeType !== "default") throw unsupported(file, "rope_parameters.rope_type", ropeType, '"default"');
  if (config.quantization_config != null)
    throw unsupported(file, "quantization_config", config.quantization_config, "weights in F32, F16 or BF16");
}

function unsupported(file: string, place: string, value: unknown, supported: string): UserError {
  return new UserError("this variant of GPT-NeoX is not supported", {
    file,
    place,
    value,
    remedy: `Supported: ${supported}.`,
  });
}

/**
 * The config.json of a model, with the rotary keys both of transformers 5 (`rope_parameters`) and of older versions
 * and TransformerLens (`rotary_pct`, `rotary_emb_base`).
 */
function configJson(config: ModelConfig): Record<string, unknown> {
  const rotaryFraction = fractionOf(config.rotaryDims, config.dModel / config.heads);
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
    attention_bias: true,
    attention_dropout: 0,
    hidden_dropout: 0,
    tie_word_embeddings: false,
    rotary_pct: rotaryFraction,
    rotary_emb_base: config.rotaryBase,
    rope_parameters: {
      rope_type: "default",
      rope_theta: config.rotaryBase,
      partial_rotary_factor: rotaryFraction,
    },
  };
}

/** part / whole, such that rounding down whole * fraction gives part back. */
function fractionOf(part: number, whole: number): number {
  const fraction = part / whole;
  return Math.floor(whole * fraction) === part ? fraction : fraction * (1 + Number.EPSILON);
}

function tensors({ layers, dModel, dMlp, vocabulary }: ModelConfig): TensorSpec[] {
  const linear = (name: string, out: number, inputs: number, writesResidual = false): TensorSpec[] => [
    { name: `${name}.weight`, shape: [out, inputs], kind: "matrix", writesResidual },
    { name: `${name}.bias`, shape: [out], kind: "bias" },
  ];
  const layerNorm = (name: string): TensorSpec[] => [
    { name: `${name}.weight`, shape: [dModel], kind: "gain" },
    { name: `${name}.bias`, shape: [dModel], kind: "bias" },
  ];
  const layer = (index: number): TensorSpec[] => {
    const { norm1, norm2, queryKeyValue, dense, up, down } = names.block(index);
    return [
      ...layerNorm(norm1),
      ...layerNorm(norm2),
      // Rows in the order head, then query, key, value, then the head's dimension.
      ...linear(queryKeyValue, 3 * dModel, dModel),
      ...linear(dense, dModel, dModel, true),
      ...linear(up, dMlp, dModel),
      ...linear(down, dModel, dMlp, true),
    ];
  };
  return [
    { name: names.embedding, shape: [vocabulary, dModel], kind: "matrix" },
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ...layerNorm(names.finalNorm),
    { name: names.unembedding, shape: [vocabulary, dModel], kind: "matrix" },
  ];
}
