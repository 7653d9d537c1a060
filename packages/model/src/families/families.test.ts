import { UserError } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { families, type ModelConfig } from "./index.ts";

const named = (name: string) => families.find((family) => family.name === name)!;
const parse = (name: string, json: Record<string, unknown>) => named(name).parseConfig(json, "config.json");

/** config.json files as published, without the keys that change nothing here. */
const published = {
  "gpt2 (gpt2)": {
    model_type: "gpt2",
    activation_function: "gelu_new",
    layer_norm_epsilon: 1e-5,
    n_ctx: 1024,
    n_embd: 768,
    n_head: 12,
    n_layer: 12,
    n_positions: 1024,
    vocab_size: 50_257,
  },
  "gpt-neo (gpt-neo-125m)": {
    model_type: "gpt_neo",
    activation_function: "gelu_new",
    attention_types: [[["global", "local"], 6]],
    hidden_size: 768,
    intermediate_size: null,
    layer_norm_epsilon: 1e-5,
    max_position_embeddings: 2048,
    num_heads: 12,
    num_layers: 12,
    vocab_size: 50_257,
    window_size: 256,
  },
  "opt (opt-125m)": {
    model_type: "opt",
    activation_function: "relu",
    do_layer_norm_before: true,
    ffn_dim: 3072,
    hidden_size: 768,
    max_position_embeddings: 2048,
    num_attention_heads: 12,
    num_hidden_layers: 12,
    vocab_size: 50_272,
    word_embed_proj_dim: 768,
  },
  "llama (Llama-3.2-1B)": {
    model_type: "llama",
    attention_bias: false,
    head_dim: 64,
    hidden_act: "silu",
    hidden_size: 2048,
    intermediate_size: 8192,
    max_position_embeddings: 131_072,
    mlp_bias: false,
    num_attention_heads: 32,
    num_hidden_layers: 16,
    num_key_value_heads: 8,
    rms_norm_eps: 1e-5,
    rope_scaling: {
      factor: 32,
      high_freq_factor: 4,
      low_freq_factor: 1,
      original_max_position_embeddings: 8192,
      rope_type: "llama3",
    },
    rope_theta: 500_000,
    tie_word_embeddings: true,
    vocab_size: 128_256,
  },
  "qwen2 (Qwen2.5-0.5B)": {
    model_type: "qwen2",
    hidden_act: "silu",
    hidden_size: 896,
    intermediate_size: 4864,
    max_position_embeddings: 32_768,
    max_window_layers: 24,
    num_attention_heads: 14,
    num_hidden_layers: 24,
    num_key_value_heads: 2,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    sliding_window: 32_768,
    tie_word_embeddings: true,
    use_sliding_window: false,
    vocab_size: 151_936,
  },
  "qwen3 (Qwen3-0.6B)": {
    model_type: "qwen3",
    attention_bias: false,
    head_dim: 128,
    hidden_act: "silu",
    hidden_size: 1024,
    intermediate_size: 3072,
    max_position_embeddings: 40_960,
    max_window_layers: 28,
    num_attention_heads: 16,
    num_hidden_layers: 28,
    num_key_value_heads: 8,
    rms_norm_eps: 1e-6,
    rope_scaling: null,
    rope_theta: 1_000_000,
    sliding_window: null,
    tie_word_embeddings: true,
    use_sliding_window: false,
    vocab_size: 151_936,
  },
} satisfies Record<string, Record<string, unknown>>;

/** Parameters of these models, as their pages and transformers' num_parameters() give them. */
const parameters: Record<keyof typeof published, number> = {
  "gpt2 (gpt2)": 124_439_808,
  "gpt-neo (gpt-neo-125m)": 125_198_592,
  "opt (opt-125m)": 125_239_296,
  "llama (Llama-3.2-1B)": 1_235_814_400,
  "qwen2 (Qwen2.5-0.5B)": 494_032_768,
  "qwen3 (Qwen3-0.6B)": 596_049_920,
};

const elements = ({ shape }: { shape: number[] }) => shape.reduce((product, size) => product * size, 1);

describe.each(Object.entries(published))("%s", (title, json) => {
  const family = families.find(({ modelType }) => modelType === json.model_type)!;
  const config = family.parseConfig(json, "config.json");

  test("has the published number of parameters", () => {
    const sum = family.tensors(config).reduce((total, spec) => total + elements(spec), 0);
    expect(sum).toBe(parameters[title as keyof typeof published]);
  });

  test("survives being written and read again", () => {
    expect(family.parseConfig(family.configJson(config), "config.json")).toEqual(config);
  });

  test("every module of a plan is a linear of every layer", () => {
    const names = new Set(family.tensors(config).map(({ name }) => name));
    for (let layer = 0; layer < config.layers; layer++) {
      const block = family.names.block(layer);
      for (const [module, role] of Object.entries(family.modules)) {
        expect(block[role]!.endsWith(`.${module}`), module).toBe(true);
        expect(names).toContain(`${block[role]}.weight`);
      }
    }
  });
});

const [gpt2, gptNeo, opt, llama, qwen2] = Object.values(published) as Record<string, unknown>[];

test("GPT-Neo's layers of local attention follow its pattern", () => {
  expect(parse("gpt-neo", gptNeo!).localAttention).toEqual({ window: 256, layers: [1, 3, 5, 7, 9, 11] });
  const global = parse("gpt-neo", { ...gptNeo, attention_types: [[["global"], 12]] });
  expect(global.localAttention).toBeUndefined();
});

test("rotary keys of transformers 5 mean the same as the older ones", () => {
  const { rope_scaling: scaling, rope_theta: theta, ...others } = llama!;
  const rope = { rope_parameters: { ...(scaling as object), rope_theta: theta } };
  expect(parse("llama", { ...others, ...rope })).toEqual(parse("llama", llama!));
  const linear: ModelConfig = parse("llama", { ...llama, rope_scaling: { type: "linear", factor: 4 } });
  expect(linear.rotaryScaling).toEqual({ type: "linear", factor: 4 });
  expect(named("llama").parseConfig(named("llama").configJson(linear), "config.json")).toEqual(linear);
});

test("a sliding window counts only where the config uses it", () => {
  expect(parse("qwen2", qwen2!).localAttention).toBeUndefined();
  const sliding = { ...qwen2, use_sliding_window: true, sliding_window: 64, max_window_layers: 22 };
  expect(parse("qwen2", sliding).localAttention).toEqual({ window: 64, layers: [22, 23] });
});

test.each([
  ["gpt2", gpt2, "add_cross_attention", { add_cross_attention: true }],
  ["gpt2", gpt2, "activation_function", { activation_function: "gelu_fast" }],
  ["gpt2", gpt2, "n_head", { n_head: 7 }],
  ["gpt-neo", gptNeo, "attention_types", { attention_types: [[["global"], 3]] }],
  ["gpt-neo", gptNeo, "attention_types", { attention_types: [[["dilated"], 12]] }],
  ["opt", opt, "do_layer_norm_before", { do_layer_norm_before: false }],
  ["opt", opt, "word_embed_proj_dim", { word_embed_proj_dim: 512 }],
  ["llama", llama, "num_key_value_heads", { num_key_value_heads: 5 }],
  ["llama", llama, "rope_scaling.rope_type", { rope_scaling: { rope_type: "yarn", factor: 2 } }],
  ["llama", llama, "rope_scaling.low_freq_factor", { rope_scaling: { rope_type: "llama3", factor: 2 } }],
  ["llama", llama, "quantization_config", { quantization_config: { bits: 4 } }],
] as const)("%s: a variant that would be computed wrongly is refused", (name, json, place, change) => {
  expect(() => parse(name, { ...json, ...change })).toThrow(UserError);
  expect(() => parse(name, { ...json, ...change })).toThrow(`place: ${place}`);
});
