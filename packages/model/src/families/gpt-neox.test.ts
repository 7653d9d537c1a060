import { UserError } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { gptNeox } from "./gpt-neox.ts";

/** config.json of EleutherAI/pythia-70m-deduped. */
const pythia70m = {
  architectures: ["GPTNeoXForCausalLM"],
  bos_token_id: 0,
  eos_token_id: 0,
  hidden_act: "gelu",
  hidden_size: 512,
  initializer_range: 0.02,
  intermediate_size: 2048,
  layer_norm_eps: 1e-5,
  max_position_embeddings: 2048,
  model_type: "gpt_neox",
  num_attention_heads: 8,
  num_hidden_layers: 6,
  rotary_emb_base: 10000,
  rotary_pct: 0.25,
  tie_word_embeddings: false,
  torch_dtype: "float16",
  transformers_version: "4.24.0",
  use_cache: true,
  use_parallel_residual: true,
  vocab_size: 50304,
};

const parse = (changes: Record<string, unknown> = {}) =>
  gptNeox.parseConfig({ ...pythia70m, ...changes }, "config.json");

function problem(changes: Record<string, unknown>): string {
  try {
    parse(changes);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
  return "";
}

describe("config.json of GPT-NeoX", () => {
  test("gives Pythia-70m its 70,426,624 parameters", () => {
    const config = parse();
    const parameters = gptNeox
      .tensors(config)
      .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
    expect(parameters).toBe(70_426_624);
    expect(config).toMatchObject({ rotaryDims: 16, rotaryBase: 10_000, layers: 6, heads: 8, dMlp: 2048 });
  });

  test("prefers the rotary keys of transformers 5 over the older ones, as transformers does", () => {
    const rope = { rope_type: "default", rope_theta: 500, partial_rotary_factor: 0.5 };
    expect(parse({ rope_parameters: rope })).toMatchObject({ rotaryDims: 32, rotaryBase: 500 });
    expect(parse({ rope_parameters: { rope_type: "default" } })).toMatchObject({
      rotaryDims: 16,
      rotaryBase: 10_000,
    });
  });

  test("says whether blocks are parallel or sequential, parallel by default", () => {
    expect(parse({ use_parallel_residual: undefined }).parallel).toBe(true);
    const sequential = parse({ use_parallel_residual: false });
    expect(sequential.parallel).toBe(false);
    expect(gptNeox.parseConfig(gptNeox.configJson(sequential), "config.json")).toEqual(sequential);
  });

  test("uses transformers' defaults for missing keys", () => {
    const defaults = { rotary_pct: undefined, rotary_emb_base: undefined, layer_norm_eps: undefined };
    expect(parse(defaults)).toEqual(parse());
  });

  test.each([
    ["hidden_act", { hidden_act: "gelu_fast" }, '"gelu_fast"'],
    ["rope_scaling.rope_type", { rope_scaling: { rope_type: "yarn" } }, '"yarn"'],
    ["rope_parameters.rope_type", { rope_parameters: { rope_type: "dynamic" } }, '"dynamic"'],
    ["quantization_config", { quantization_config: { bits: 4 } }, '{"bits":4}'],
    ["rotary_pct", { rotary_pct: 0.05 }, "0.05"],
    ["rope_parameters.partial_rotary_factor", { rope_parameters: { partial_rotary_factor: 0.01 } }, "0.01"],
    ["num_attention_heads", { num_attention_heads: 7 }, "7"],
  ])("refuses a variant that would be computed wrongly: %s, %j", (key, change, value) => {
    expect(problem(change)).toContain(`place: ${key}\n  value: ${value}\n`);
  });

  test("lists every key that is missing or wrong", () => {
    const message = problem({
      hidden_size: undefined,
      vocab_size: "many",
      num_hidden_layers: 0,
      layer_norm_eps: -1,
    });
    for (const key of ["hidden_size", "vocab_size", "num_hidden_layers", "layer_norm_eps"])
      expect(message).toContain(key);
  });

  test("survives being written and read again, for every even number of rotary dimensions", () => {
    const wrong: string[] = [];
    for (let headSize = 2; headSize <= 256; headSize += 2)
      for (let rotaryDims = 2; rotaryDims <= headSize; rotaryDims += 2) {
        const config = {
          ...parse(),
          heads: 2,
          keyValueHeads: 2,
          headSize,
          dModel: 2 * headSize,
          rotaryDims,
        };
        const read = gptNeox.parseConfig(gptNeox.configJson(config), "config.json");
        if (read.rotaryDims !== rotaryDims) wrong.push(`${rotaryDims} of ${headSize}`);
      }
    expect(wrong).toEqual([]);
    expect(gptNeox.parseConfig(gptNeox.configJson(parse()), "config.json")).toEqual(parse());
  });
});
